import type { Diagram } from './draw.ts';

/** The drawings of docs/concepts.md, by the names of their files in docs/pictures. */
export const DIAGRAMS: Readonly<Record<string, Diagram>> = {
  'subscription.svg': {
    title:
      'A subscription binds a target and a filter; an event that matches becomes a delivery to the target',
    columns: 5,
    rows: 3,
    boxes: [
      { id: 'app', at: [0, 1], lines: ['Application', 'publishes'], kind: 'outside' },
      { id: 'event', at: [1, 1], lines: ['Event', 'type and data'], kind: 'queue' },
      { id: 'filter', at: [2, 0], lines: ['Filter', 'what to send'] },
      { id: 'subscription', at: [2, 1], lines: ['Subscription', 'binds both'] },
      { id: 'target', at: [2, 2], lines: ['Target', 'where to send'] },
      { id: 'delivery', at: [3, 1], lines: ['Delivery', 'its attempts'], kind: 'queue' },
      { id: 'endpoint', at: [4, 1], lines: ['Endpoint', 'of a consumer'], kind: 'outside' },
    ],
    arrows: [
      { from: 'app', to: 'event' },
      { from: 'event', to: 'subscription' },
      { from: 'filter', to: 'subscription' },
      { from: 'target', to: 'subscription' },
      { from: 'subscription', to: 'delivery' },
      { from: 'delivery', to: 'endpoint' },
    ],
  },
  'journey.svg': {
    title:
      'How an event travels: from ingest through the events queue and fanout into a lane, and by dispatch to the endpoint',
    columns: 6,
    rows: 4,
    boxes: [
      { id: 'api', at: [0, 1], lines: ['ingest', 'checks, accepts'] },
      { id: 'events', at: [1, 1], lines: ['events', 'a queue'], kind: 'queue' },
      { id: 'fanout', at: [2, 1], lines: ['fanout', 'matches filters'] },
      { id: 'critical', at: [3, 0], lines: ['critical'], kind: 'queue' },
      { id: 'standard', at: [3, 1], lines: ['standard'], kind: 'queue' },
      { id: 'slow', at: [3, 2], lines: ['slow, bulk'], kind: 'queue' },
      { id: 'dispatch', at: [4, 1], lines: ['dispatch', 'signs, posts'] },
      { id: 'endpoint', at: [5, 1], lines: ['endpoint'], kind: 'outside' },
      { id: 'held', at: [4, 3], lines: ['held, parked', 'in a table'], kind: 'queue' },
      { id: 'log', at: [5, 2], lines: ['log', 'each outcome'], kind: 'end' },
      { id: 'dead', at: [5, 3], lines: ['dead letter', 'given up'], kind: 'end' },
    ],
    arrows: [
      { from: 'api', to: 'events' },
      { from: 'events', to: 'fanout' },
      { from: 'fanout', to: 'critical' },
      { from: 'fanout', to: 'standard' },
      { from: 'fanout', to: 'slow' },
      { from: 'critical', to: 'dispatch' },
      { from: 'standard', to: 'dispatch' },
      { from: 'slow', to: 'dispatch' },
      { from: 'dispatch', to: 'endpoint' },
      { from: 'dispatch', to: 'log' },
      { from: 'dispatch', to: 'held', text: 'failed' },
      { from: 'held', to: 'slow', text: 'again' },
      { from: 'held', to: 'dead' },
    ],
  },
  'delivery.svg': {
    title:
      'The life of a delivery: queued, attempting, then delivered, parked for a retry, or a dead letter that can be replayed',
    columns: 5,
    rows: 4,
    boxes: [
      { id: 'queued', at: [0, 1], lines: ['queued', 'in a lane'], kind: 'queue' },
      { id: 'attempting', at: [2, 1], lines: ['attempting', 'a request'] },
      { id: 'delivered', at: [4, 0], lines: ['delivered', 'answered 2xx'], kind: 'end' },
      { id: 'parked', at: [2, 3], lines: ['parked', 'until a time'], kind: 'queue' },
      { id: 'dead', at: [4, 2], lines: ['dead letter', 'until a replay'], kind: 'end' },
    ],
    arrows: [
      { from: 'queued', to: 'attempting' },
      { from: 'attempting', to: 'delivered', text: '2xx' },
      { from: 'attempting', to: 'parked', text: 'to be tried again' },
      { from: 'parked', to: 'queued', text: 'its time has come' },
      { from: 'attempting', to: 'dead', text: 'refused' },
      { from: 'parked', to: 'dead', text: 'given up' },
    ],
  },
  'breaker.svg': {
    title:
      'A failing endpoint gets only probes: its deliveries wait in a hold queue until a probe succeeds, then a drain releases them',
    columns: 5,
    rows: 3,
    boxes: [
      { id: 'closed', at: [0, 0], lines: ['closed', 'all is posted'] },
      { id: 'open', at: [2, 0], lines: ['open', 'nothing is posted'], kind: 'outside' },
      { id: 'hold', at: [2, 2], lines: ['hold queue', 'costs nothing'], kind: 'queue' },
      { id: 'probe', at: [4, 0], lines: ['probe', 'one request'] },
      { id: 'drain', at: [0, 2], lines: ['drain', 'in growing steps'] },
    ],
    arrows: [
      { from: 'closed', to: 'open', text: 'ten failures' },
      { from: 'open', to: 'probe', text: 'after a pause' },
      { from: 'open', to: 'hold', text: 'deliveries wait' },
      { from: 'probe', to: 'open', text: 'fails', bend: 0.6 },
      { from: 'probe', to: 'hold', text: 'succeeds' },
      { from: 'hold', to: 'drain', text: 'released' },
      { from: 'drain', to: 'closed', text: 'all out' },
    ],
  },
};
