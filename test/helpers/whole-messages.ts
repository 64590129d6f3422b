import type { Message, MessageKind } from '../../lambdas/delivery/messages.ts';
import type { Event, EventInFlight } from '../../lambdas/events/event.ts';
import type { Attempt } from '../../lambdas/http-client/attempt-record.ts';

/** One message of each kind with every field that this release knows. Any other field is unknown. */

const event: Required<Event> = {
  id: 'order-1',
  ulid: '01KAZ5D6ZV0000000000000000',
  type: 'order.paid',
  contentType: 'application/json',
  payload: { kind: 'text', text: '{"total":1}' },
  source: '/shop',
  priority: 'low',
  region: 'eu-central-1',
  test: true,
  ce: { specversion: '1.0' },
  keepSeconds: 172_800,
  generation: 1,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'rojo=1',
};

const inFlight: Required<EventInFlight> = {
  ...event,
  resume: { after: 'sub_1', part: 2, reached: 3 },
  only: 'sub_1',
  digest: 'd',
  hops: 4,
};

const attempt: Required<Attempt> = {
  at: 1_764_000_000_000,
  ms: 12,
  status: 503,
  error: 'timeout',
  verdict: 'throttled',
  detail: 'no answer',
  retryAfterMs: 1000,
  uncounted: true,
  reconnected: true,
  past: 'retry recovery@1764000000000',
  answer: 'busy',
  travel: {
    address: '192.0.2.1',
    tlsVersion: '1.3',
    reused: true,
    wait: 1,
    dns: 2,
    connect: 3,
    tls: 4,
    firstByte: 5,
    stage: 'answer',
  },
  sent: {
    signatures: 'v1,a v1,b',
    by: { url: 'https://a.example/', headers: 'x-team', scheme: 'ed25519', keys: 'aaaaaaaa bbbbbbbb' },
    batch: { id: 'bat_1', events: 2, bytes: 30 },
    form: 1,
  },
};

const history = {
  attempts: [attempt],
  dropped: 1,
  used: 1,
  run: 1,
  replayedAt: 1_764_000_000_001,
  past: 'replayed@1764000000001',
};
const whose = { tenant: 't', subscription: 'sub_1', target: 'tgt_1' };

const targetChange = { state: 'disabled', reason: 'gone', at: 1_764_000_000_004 };
const marks = { waited: true, asked: true } as const;
const delivery = { v: 1, kind: 'delivery', ...whose, event, ...history, ...marks, slot: 5, hops: 6 } as const;
const inPack = { ...whose, ...history, ...marks, slot: 5, hops: 6 } as const;

export const WHOLE: { readonly [K in MessageKind]: Required<Extract<Message, { kind: K }>> } = {
  events: {
    v: 1,
    kind: 'events',
    tenant: 't',
    events: [
      inFlight,
      { ...inFlight, payload: { kind: 'base64', base64: '/w==' } },
      { ...inFlight, payload: { kind: 'stored', key: 'payloads/t/1', bytes: 9000 } },
    ],
  },
  delivery,
  deliveries: {
    v: 1,
    kind: 'deliveries',
    events: [
      { event, deliveries: [inPack] },
      {
        event: { ...event, ulid: '01KAZ5D6ZV0000000000000001' },
        deliveries: [inPack, { ...inPack, subscription: 'sub_2' }],
      },
    ],
  },
  outcomes: {
    v: 1,
    kind: 'outcomes',
    outcomes: [
      {
        ...whose,
        event: { id: event.id, ulid: event.ulid, type: event.type, keepSeconds: 172_800 },
        status: 'parked',
        at: 1_764_000_000_002,
        ...history,
        isWaiting: true,
        nextAttemptAt: 1_764_000_000_003,
        waitingFor: 'recovery',
        reason: 'exhausted',
        targetChange,
      },
    ],
  },
  dead: { v: 1, kind: 'dead', reason: 'exhausted', delivery, targetChange },
  challenge: { v: 1, kind: 'challenge', tenant: 't', target: 'tgt_1', token: 'k', tries: 1 },
  call: { v: 1, kind: 'call', tenant: 't', target: 'tgt_1', at: 7, region: 'eu-central-1', step: 8, hops: 9 },
  replay: { v: 1, kind: 'replay', tenant: 't', job: 'rpl_1', page: 10 },
  live: {
    v: 1,
    kind: 'live',
    tenant: 't',
    outcomes: [
      {
        deliveryId: 'dlv_1',
        eventId: 'evt_1',
        type: 'order.paid',
        targetId: 'tgt_1',
        subscriptionId: 'sub_1',
        status: 'retrying',
        attempt: 2,
        statusCode: 503,
        error: 'timeout',
        ms: 12,
        reason: 'retry',
        at: '2026-11-21T12:00:00.000Z',
        nextAttemptAt: '2026-11-21T12:00:05.000Z',
      },
    ],
    counts: [{ targetId: 'tgt_1', delivered: 1, failed: 2, dead: 3, waiting: 4 }],
    targets: [{ targetId: 'tgt_1', state: 'disabled', reason: 'gone', at: '2026-11-21T12:00:00.000Z' }],
    replays: [{ id: 'rpl_1', status: 'running', done: 5, looked: 6, at: '2026-11-21T12:00:00.000Z' }],
    changes: [{ kind: 'targets', targets: ['tgt_1'] }],
  },
};

/** Every name that this release knows, in any message. */
export const KNOWN_NAMES: ReadonlySet<string> = new Set(namesIn(WHOLE));

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(namesIn)];
}
