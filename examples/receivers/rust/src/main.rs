//! Receives webhooks of Posthorn: verifies them, drops duplicates, answers at once, and works later.

mod inbox;

use std::{env, error::Error, str::FromStr, sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{header, HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
    Router,
};
use base64::{engine::general_purpose::STANDARD, Engine};
use serde_json::{json, Value};
use standardwebhooks::Webhook;
use tokio::signal::unix::{signal, SignalKind};

use inbox::{events_in, Event, Inbox};

/// The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need.
const MAX_BODY: usize = 8 << 20;

const EXPECTED_SECRETS: &str =
    "WEBHOOK_SECRETS: expected whsec_ and the base64 of 24 bytes or more; several with blanks between";

struct Receiver {
    signers: Vec<(String, Webhook)>,
    inbox: Inbox,
}

impl Receiver {
    /// The secret that signed the request. None: no secret did, or the request is more than five minutes old.
    /// The body is the bytes as they came: JSON that is parsed and written again is signed by nobody.
    fn secret_of(&self, body: &[u8], headers: &HeaderMap) -> Option<&str> {
        let signer = self.signers.iter().find(|(_, webhook)| webhook.verify(body, headers).is_ok());
        signer.map(|(secret, _)| secret.as_str())
    }
}

/// A body that is too large never comes here: axum answers 413.
async fn hook(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> Response {
    let response = answer(&receiver, &headers, &body);
    println!("{} {}", response.status().as_u16(), text(&headers, "webhook-id"));
    response
}

fn answer(receiver: &Receiver, headers: &HeaderMap, body: &[u8]) -> Response {
    let Some(secret) = receiver.secret_of(body, headers) else {
        return (StatusCode::UNAUTHORIZED, "the signature or the time is wrong").into_response();
    };
    // The id is signed, the type is not.
    let (id, kind) = (text(headers, "webhook-id"), text(headers, "posthorn-event-type"));
    if id.starts_with("chl_") && kind == "posthorn.challenge" {
        return challenge_answer(secret, body);
    }
    let events = if headers.contains_key("posthorn-batch") {
        events_in(body)
    } else if text(headers, "posthorn-test") == "true" {
        Some(vec![])
    } else {
        Some(vec![Event { id: id.into(), kind: kind.into(), body: body.into() }])
    };
    match events.map(|events| receiver.inbox.accept(events)) {
        None => (StatusCode::BAD_REQUEST, "expected a batch, a JSON array of events").into_response(),
        Some(true) => StatusCode::ACCEPTED.into_response(),
        Some(false) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], "too much to do").into_response()
        }
    }
}

fn challenge_answer(secret: &str, body: &[u8]) -> Response {
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(challenge) = asked["challenge"].as_str() else {
        return (StatusCode::BAD_REQUEST, "expected a challenge").into_response();
    };
    let mac = hmac_sha256::HMAC::mac(challenge, secret);
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    let answer = json!({ "response": format!("sha256={hex}") });
    ([(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Your own work. What was answered with 2xx does not come again: keep what fails.
async fn handle(event: Event, pause: Duration) {
    tokio::time::sleep(pause).await;
    println!("handled {} {}, {} bytes", event.id, event.kind, event.body.len());
}

/// The crate takes others as well, and then refuses every request.
fn is_secret(text: &str) -> bool {
    let key = text.strip_prefix("whsec_").and_then(|encoded| STANDARD.decode(encoded).ok());
    key.is_some_and(|key| key.len() >= 24)
}

fn setting<T: FromStr>(name: &str, otherwise: T) -> Result<T, String> {
    match env::var(name) {
        Ok(value) => value.parse().map_err(|_| format!("{name}: expected a number, got {value:?}")),
        Err(_) => Ok(otherwise),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secrets = env::var("WEBHOOK_SECRETS").unwrap_or_default();
    if secrets.trim().is_empty() || !secrets.split_whitespace().all(is_secret) {
        return Err(EXPECTED_SECRETS.into());
    }
    let signers: Vec<_> = secrets
        .split_whitespace()
        .map(|secret| Ok((secret.to_owned(), Webhook::new(secret)?)))
        .collect::<Result<_, standardwebhooks::WebhookError>>()?;
    let (inbox, mut queue) = Inbox::new(setting("QUEUE_SIZE", 1000)?);
    let pause = Duration::from_millis(setting("WORK_MS", 0)?);
    let worker = tokio::spawn(async move {
        while let Some(event) = queue.recv().await {
            handle(event, pause).await;
        }
    });

    let app = Router::new()
        .route("/hook", post(hook))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Arc::new(Receiver { signers, inbox }));
    let listener = tokio::net::TcpListener::bind(("0.0.0.0", setting("PORT", 3000)?)).await?;
    let mut stop = signal(SignalKind::terminate())?;
    let shutdown = async move {
        stop.recv().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await?;
    // The receiver is gone, and with it the sender of the queue: what is left in there is done first.
    Ok(worker.await?)
}
