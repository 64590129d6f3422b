"""Receives webhooks of Posthorn: verifies them, drops duplicates, answers at once, and works later."""

import base64
import hashlib
import hmac
import json
import logging
import os
import queue
import signal
import sys
import threading
import time
from typing import NamedTuple

from flask import Flask, Request, Response, request
from standardwebhooks import Webhook, WebhookVerificationError
from waitress import serve

# The largest event of Posthorn, 4.5 MB, as base64 in a batch. Lower it to what your events need.
MAX_BODY = 8 * 1024 * 1024
KEEP_SECONDS = 48 * 3600
MAX_IDS = 100_000
WORK_SECONDS = int(os.environ.get("WORK_MS", "0")) / 1000


def is_secret(text: str) -> bool:
    """The library takes others as well, and then refuses every request."""
    try:
        return text.startswith("whsec_") and len(base64.b64decode(text[len("whsec_") :], validate=True)) >= 24
    except ValueError:
        return False


secrets = os.environ.get("WEBHOOK_SECRETS", "").split()
if not secrets or not all(is_secret(secret) for secret in secrets):
    sys.exit("WEBHOOK_SECRETS: expected whsec_ and the base64 of 24 bytes or more; several with blanks between")

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
log = logging.getLogger("receiver")


class Event(NamedTuple):
    id: str
    type: str
    body: bytes


class Inbox:
    """Events that are accepted, each once.

    One process keeps its ids in memory. Several need a shared store instead: a table with a unique key, or Redis
    (`SET id 1 NX EX 172800`). A process that dies loses what is queued: where that matters, put events into a durable
    queue before you answer.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.queue: queue.Queue[Event] = queue.Queue()
        self._seen: dict[str, float] = {}  # the oldest first, as a dict keeps its order
        self._lock = threading.Lock()

    def accept(self, events: list[Event]) -> bool:
        """Queues the events that are new. Returns False if there is no room for all of them."""
        now = time.monotonic()
        with self._lock:
            while self._seen:
                oldest = next(iter(self._seen))
                if now - self._seen[oldest] < KEEP_SECONDS and len(self._seen) <= MAX_IDS:
                    break
                del self._seen[oldest]
            fresh = {event.id: event for event in events if event.id not in self._seen}
            if self.queue.qsize() + len(fresh) > self.size:
                return False
            for event in fresh.values():
                self._seen[event.id] = now
                self.queue.put(event)
        return True

    def work(self) -> None:
        while True:
            event = self.queue.get()
            try:
                handle(event)
            except Exception:
                # It was answered with 2xx and does not come again: keep what fails.
                log.exception("failed %s", event.id)
            finally:
                self.queue.task_done()


def handle(event: Event) -> None:
    """Your own work."""
    time.sleep(WORK_SECONDS)
    log.info("handled %s %s, %d bytes", event.id, event.type, len(event.body))


def secret_of(body: bytes, headers: dict[str, str]) -> str | None:
    """The secret that signed the request. None: none did, or the request is more than five minutes old."""
    for secret in secrets:
        try:
            # The bytes as they came: JSON that is parsed and written again is signed by nobody.
            Webhook(secret).verify(body, headers, json_parse=False)
            return secret
        except (WebhookVerificationError, ValueError):  # ValueError: a malformed header, or a body that is not UTF-8
            continue
    return None


def events_in(body: bytes, request: Request) -> list[Event]:
    """The events to work on; tests are none. ValueError: the batch is none."""
    if "posthorn-batch" in request.headers:
        entries = json.loads(body)
        if not isinstance(entries, list):
            raise ValueError("expected an array of events")
        return [event for event in map(event_in, entries) if event]
    if request.headers.get("posthorn-test") == "true":
        return []
    return [Event(request.headers["webhook-id"], request.headers.get("posthorn-event-type", ""), body)]


def event_in(entry: object) -> Event | None:
    match entry:
        case {"id": str(), "type": str(), "test": True}:
            return None
        case {"id": str(id), "type": str(type), "data_base64": str(data)}:
            return Event(id, type, base64.b64decode(data, validate=True))
        case {"id": str(id), "type": str(type), "data": data} if "data_base64" not in entry:
            return Event(id, type, json.dumps(data).encode())
    raise ValueError("expected an event")


def challenge_answer(secret: str, body: bytes) -> dict[str, str]:
    match json.loads(body):
        case {"challenge": str(token)}:
            return {"response": "sha256=" + hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()}
    raise ValueError("expected a challenge")


inbox = Inbox(int(os.environ.get("QUEUE_SIZE", "1000")))
app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = MAX_BODY  # more is answered with 413


@app.post("/hook")
def hook() -> Response | dict[str, str]:
    body = request.get_data()
    secret = secret_of(body, dict(request.headers))
    if secret is None:
        return Response("the signature or the time is wrong", 401)
    # The id is signed, the type is not.
    is_challenge = request.headers.get("posthorn-event-type") == "posthorn.challenge"
    try:
        if is_challenge and request.headers["webhook-id"].startswith("chl_"):
            return challenge_answer(secret, body)
        events = events_in(body, request)
    except (ValueError, RecursionError):
        return Response("expected a batch, a JSON array of events, or a challenge", 400)
    if not inbox.accept(events):
        return Response("too much to do", 503, {"retry-after": "5"})
    return Response(status=202)


@app.after_request
def log_answer(response: Response) -> Response:
    log.info("%d %s", response.status_code, request.headers.get("webhook-id"))
    return response


if __name__ == "__main__":
    threading.Thread(target=inbox.work, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    # One process: its threads share the inbox. Waitress cuts the connection where Flask would answer 413: later, then.
    serve(app, port=int(os.environ.get("PORT", "3000")), max_request_body_size=2 * MAX_BODY)
    inbox.queue.join()
