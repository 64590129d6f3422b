package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	keep   = 48 * time.Hour
	maxIDs = 100_000
)

type event struct {
	ID   string
	Type string
	Body []byte
}

var errNoBatch = errors.New("expected a batch, a JSON array of events")

// eventsIn reads the events of a batch that are to be worked on; tests are not.
func eventsIn(body []byte) ([]event, error) {
	var entries []struct {
		ID, Type   string
		Test       bool
		Data       json.RawMessage
		DataBase64 *string `json:"data_base64"`
	}
	// null is read as no entries, and a member that is not there as an empty one.
	if err := json.Unmarshal(body, &entries); err != nil || entries == nil {
		return nil, errNoBatch
	}
	var events []event
	for _, entry := range entries {
		data := []byte(entry.Data)
		if entry.DataBase64 != nil {
			var err error
			if data, err = base64.StdEncoding.DecodeString(*entry.DataBase64); err != nil {
				return nil, errNoBatch
			}
		}
		if entry.ID == "" || entry.Type == "" || data == nil {
			return nil, errNoBatch
		}
		if !entry.Test {
			events = append(events, event{ID: entry.ID, Type: entry.Type, Body: data})
		}
	}
	return events, nil
}

// inbox accepts each event once. One process keeps its ids in memory. Several need a shared store instead: a table with a
// unique key, or Redis (SET id 1 NX EX 172800). A process that dies loses what is queued: where that matters, put events into
// a durable queue before you answer.
type inbox struct {
	queue chan event

	mu   sync.Mutex
	seen map[string]bool
	ids  []arrival // the oldest first
}

type arrival struct {
	id string
	at time.Time
}

func newInbox(size int) *inbox {
	return &inbox{queue: make(chan event, size), seen: map[string]bool{}}
}

// accept queues the events that are new. It returns false if there is no room for all of them.
func (b *inbox) accept(events []event, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.ids) > 0 && (len(b.ids) > maxIDs || now.Sub(b.ids[0].at) >= keep) {
		delete(b.seen, b.ids[0].id)
		b.ids = b.ids[1:]
	}
	var fresh []event
	for _, e := range events {
		// A batch has an event twice if two subscriptions lead here.
		if !b.seen[e.ID] && !slices.ContainsFunc(fresh, func(other event) bool { return other.ID == e.ID }) {
			fresh = append(fresh, e)
		}
	}
	// Nothing else sends to the queue, so there is room for as many until the lock is released.
	if len(b.queue)+len(fresh) > cap(b.queue) {
		return false
	}
	for _, e := range fresh {
		b.seen[e.ID] = true
		b.ids = append(b.ids, arrival{e.ID, now})
		b.queue <- e
	}
	return true
}
