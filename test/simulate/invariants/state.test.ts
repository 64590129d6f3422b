import { holdPartitions } from '../../../lambdas/hold-queue/hold-queue.ts';
import { leasesEnd } from '../../../simulate/invariants/leases-end.ts';
import { newsIsTrue } from '../../../simulate/invariants/news-is-true.ts';
import { quietAtEnd } from '../../../simulate/invariants/quiet-at-end.ts';
import {
  attemptsAt,
  BEGINNING,
  EVENT,
  invariantFinds,
  SUBSCRIPTION,
  type WatchedHistory,
} from './watched-history.ts';

const HOUR_MS = 3600_000;
const FAILED = attemptsAt({ at: 0 });
const HELD = { pk: holdPartitions({ tenant: 'ten_a', target: 'tgt_A' })[0]!, sk: 'x' };
const SCHEDULED = { pk: 'rooms', sk: 'ten_a#tgt_A' };
const STANDING = { pk: 'standing#ten_a', sk: 'tgt_A' };

invariantFinds('the end is quiet', quietAtEnd, [
  { name: 'an empty world', make: (history) => history.end() },
  {
    name: 'what is past, and what an item is remembered of',
    limits: { quarantined: 1 },
    make(history) {
      history.queues.push({ name: 'quarantine', visible: 1, inFlight: 0, delayed: 0 });
      history.put('state', { ...STANDING, revision: 1 });
      history.put('state', { pk: 'recovery', sk: 'progress', busyUntil: BEGINNING - 1 });
      history.put('state', { pk: 'job#ten_a', sk: 'rpl_1', state: 'completed' });
      history.end();
    },
  },
  {
    name: 'a message',
    make(history) {
      history.queues.push({ name: 'slow', visible: 0, inFlight: 0, delayed: 2 });
      history.end();
    },
    finds: /expected no message in the queue slow, found 0 visible, 0 in flight, 2 delayed/,
  },
  {
    name: 'a message in quarantine that nobody put there',
    make(history) {
      history.queues.push({ name: 'quarantine', visible: 1, inFlight: 0, delayed: 0 });
      history.end();
    },
    finds: /expected 0 messages in quarantine, found 1/,
  },
  ...[
    { what: 'a held delivery', item: HELD, finds: /expected no held delivery/ },
    {
      what: 'a parked delivery',
      item: { pk: 'parked#1#0', sk: `${BEGINNING}#dlv_1` },
      finds: /no parked delivery, found .*due 2026-08-01/,
    },
    { what: 'a drain', item: { ...SCHEDULED, at: BEGINNING }, finds: /expected no drain scheduled/ },
    {
      what: 'a lease of recovery',
      item: { pk: 'recovery', sk: 'progress', busyUntil: BEGINNING + 1 },
      finds: /expected no run of recovery/,
    },
    {
      what: 'a job under way',
      item: { pk: 'job#ten_a', sk: 'rpl_1', state: 'running' },
      finds: /expected the job rpl_1 to have ended/,
    },
  ].map(({ what, item, finds }) => ({
    name: what,
    finds,
    make(history: WatchedHistory) {
      history.put('state', item);
      history.end();
    },
  })),
]);

invariantFinds('leases end', leasesEnd, [
  {
    name: 'held, scheduled, leased, drained and closed',
    calmFrom: BEGINNING,
    make(history) {
      history.put('state', HELD);
      history.put('state', { ...SCHEDULED, at: BEGINNING + 5000 });
      history.pass(5000);
      history.put('state', { ...SCHEDULED, at: BEGINNING + 95_000, isBusy: true });
      history.pass(20_000);
      history.remove('state', HELD);
      history.remove('state', SCHEDULED);
      history.pass(HOUR_MS);
      history.invoke();
      history.end();
    },
  },
  {
    name: 'a queue without a drain, while all is calm',
    calmFrom: BEGINNING,
    make(history) {
      history.put('state', HELD);
      history.pass(61_000);
      history.invoke();
      history.invoke();
    },
    finds: /expected a drain for the hold queue of ten_a#tgt_A within 60.0 s, found 1 deliveries/,
  },
  {
    name: 'one that a fault has left so an hour ago: recovery has to find it',
    calmFrom: BEGINNING + 1,
    make(history) {
      history.put('state', HELD);
      history.pass(HOUR_MS);
      history.invoke();
    },
  },
  {
    name: 'and one that recovery has not found for hours',
    calmFrom: BEGINNING + 1,
    make(history) {
      history.put('state', HELD);
      history.pass(3 * HOUR_MS + 2);
      history.invoke();
    },
    finds: /within 10800.0 s/,
  },
  {
    name: 'a drain that closes a queue with a delivery in it',
    make(history) {
      history.put('state', { ...SCHEDULED, at: BEGINNING });
      history.put('state', HELD);
      history.remove('state', SCHEDULED);
      history.end();
    },
    finds: /expected a drain for the hold queue of ten_a#tgt_A, found 1 deliveries in it/,
  },
  {
    name: 'a drain that is overdue',
    calmFrom: BEGINNING,
    make(history) {
      history.put('state', { ...SCHEDULED, at: BEGINNING });
      history.pass(11 * 60_000);
      history.invoke();
    },
    finds: /expected the drain of ten_a#tgt_A within 600.0 s, it is due for 660.0 s/,
  },
  {
    name: 'the same behind a flood',
    calmFrom: BEGINNING,
    make(history) {
      history.queues.push({ name: 'slow', visible: 5000, inFlight: 100, delayed: 0 });
      history.put('state', { ...SCHEDULED, at: BEGINNING });
      history.pass(11 * 60_000);
      history.invoke();
    },
  },
  {
    name: 'a lease that is too long',
    make: (history) => history.put('state', { ...SCHEDULED, at: BEGINNING + 91_000, isBusy: true }),
    finds: /expected a lease of 90.0 s at most, found 91.0 s/,
  },
]);

const newsOf = (type: string, data: object) => ({
  kind: 'events',
  tenant: 'ten_a',
  events: [{ id: `${type}:1`, type, payload: { kind: 'text', text: JSON.stringify(data) } }],
});

invariantFinds('news is true', newsIsTrue, [
  {
    name: 'of what the tables have',
    make(history) {
      history.put('state', { ...STANDING, open: { since: BEGINNING, probes: 0 }, revision: 1 });
      history.put('state', { ...STANDING, disabled: { at: BEGINNING, reason: 'gone' }, revision: 2 });
      history.put('state', { pk: 'failing-targets', sk: 'ten_a#tgt_A' });
      history.log({ status: 'dead', reason: 'rejected', attempts: FAILED });
      const about = { targetId: 'tgt_A', deliveryId: `dlv_${EVENT.slice(4)}${SUBSCRIPTION.slice(4)}` };
      for (const what of ['target.disabled', 'target.recovered', 'target.failing', 'delivery.dead'])
        history.send(newsOf(`posthorn.${what}`, about), 'events');
    },
  },
  ...['target.disabled', 'target.recovered', 'target.healthy', 'delivery.dead'].map((what) => ({
    name: `${what} of what did not happen`,
    make: (history: WatchedHistory) =>
      history.send(newsOf(`posthorn.${what}`, { targetId: 'tgt_A', deliveryId: 'dlv_1' }), 'events'),
    finds: new RegExp(`expected posthorn.${what} to have happened in ten_a`),
  })),
]);
