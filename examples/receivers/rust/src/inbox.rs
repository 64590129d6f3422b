use std::{
    collections::{HashSet, VecDeque},
    sync::Mutex,
    time::{Duration, Instant},
};

use base64::{engine::general_purpose::STANDARD, Engine};
use serde_json::Value;
use tokio::sync::mpsc;

const KEEP: Duration = Duration::from_secs(48 * 3600);
const MAX_IDS: usize = 100_000;

pub struct Event {
    pub id: String,
    pub kind: String,
    pub body: Vec<u8>,
}

/// The events of a batch to work on, so without tests; None if it is none.
pub fn events_in(body: &[u8]) -> Option<Vec<Event>> {
    let entries: Vec<Value> = serde_json::from_slice(body).ok()?;
    entries.iter().filter(|entry| entry["test"] != true).map(event_in).collect()
}

fn event_in(entry: &Value) -> Option<Event> {
    Some(Event {
        id: entry["id"].as_str()?.into(),
        kind: entry["type"].as_str()?.into(),
        body: match entry.get("data_base64") {
            Some(text) => STANDARD.decode(text.as_str()?).ok()?,
            None => entry.get("data")?.to_string().into(),
        },
    })
}

/// Accepts each event once. One process keeps its ids in memory. Several need a shared store instead: a table with a unique key,
/// or Redis (`SET id 1 NX EX 172800`). A process that dies loses what is queued: where that matters, put events into a durable
/// queue before you answer.
pub struct Inbox {
    queue: mpsc::Sender<Event>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    /// The oldest first.
    arrivals: VecDeque<(Instant, String)>,
}

impl Inbox {
    pub fn new(size: usize) -> (Self, mpsc::Receiver<Event>) {
        let (queue, receiver) = mpsc::channel(size);
        (Self { queue, seen: Mutex::default() }, receiver)
    }

    /// Queues the events that are new. Returns false if there is no room for all of them.
    pub fn accept(&self, events: Vec<Event>) -> bool {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap();
        seen.forget_old(now);
        let mut fresh: Vec<Event> = Vec::new();
        for event in events {
            // A batch has an event twice if two subscriptions lead here.
            if !seen.ids.contains(&event.id) && !fresh.iter().any(|other| other.id == event.id) {
                fresh.push(event);
            }
        }
        let Ok(room) = self.queue.try_reserve_many(fresh.len()) else {
            return false;
        };
        for (place, event) in room.zip(fresh) {
            seen.ids.insert(event.id.clone());
            seen.arrivals.push_back((now, event.id.clone()));
            place.send(event);
        }
        true
    }
}

impl Seen {
    fn forget_old(&mut self, now: Instant) {
        while let Some((at, _)) = self.arrivals.front() {
            if now.duration_since(*at) < KEEP && self.arrivals.len() <= MAX_IDS {
                return;
            }
            if let Some((_, id)) = self.arrivals.pop_front() {
                self.ids.remove(&id);
            }
        }
    }
}
