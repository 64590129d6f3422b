import { logMovesForward } from '../../../simulate/invariants/log-moves-forward.ts';
import { retriesInTime } from '../../../simulate/invariants/retries-in-time.ts';
import { attemptsAt, BEGINNING, invariantFinds, type WatchedHistory } from './watched-history.ts';

const HOUR_MS = 3600_000;
const FAILED = attemptsAt({ at: 0 });
const ARRIVED = attemptsAt({ at: 0, status: 200 });
const TWICE = attemptsAt({ at: 0 }, { at: 6000 });
const STANDING = { pk: 'standing#ten_a', sk: 'tgt_A' };

invariantFinds('the log moves forward', logMovesForward, [
  {
    name: 'retries, a wait, an arrival, a replay and another arrival',
    make(history) {
      history.log({ status: 'retrying', attempts: FAILED });
      history.log({ status: 'parked', attempts: FAILED, isWaiting: true });
      history.log({ status: 'parked', attempts: FAILED, isWaiting: true, at: BEGINNING + 1 });
      history.log({ status: 'delivered', attempts: TWICE });
      history.log({ status: 'retrying', attempts: TWICE, run: 1 }, { replay: 'rpl_1' });
      history.log({ status: 'delivered', attempts: [...TWICE, ...ARRIVED], run: 1 });
    },
  },
  {
    name: 'a claim that is taken back',
    make(history) {
      history.log({ status: 'dead', attempts: FAILED, reason: 'exhausted' });
      history.log({ status: 'retrying', attempts: FAILED, run: 1 }, { replay: 'rpl_1' });
      history.log({ status: 'dead', attempts: FAILED, reason: 'exhausted' });
    },
  },
  {
    name: 'the same once more',
    make(history) {
      history.log({ status: 'retrying', attempts: FAILED });
      history.log({ status: 'retrying', attempts: FAILED });
    },
  },
  {
    name: 'what had arrived waits',
    limits: { repeatsPerAttempt: 1 },
    make(history) {
      history.log({ status: 'delivered', attempts: ARRIVED });
      history.log({ status: 'parked', attempts: [], isWaiting: true });
    },
    finds: /expected delivered to be final, found .*parked/,
  },
  {
    name: 'an older outcome',
    limits: { repeatsPerAttempt: 1 },
    make(history) {
      history.log({ status: 'retrying', attempts: TWICE });
      history.log({ status: 'retrying', attempts: FAILED });
    },
    finds: /expected an order of 8 at least, found 4/,
  },
  {
    name: 'the dead come to life',
    make(history) {
      history.log({ status: 'dead', attempts: FAILED, reason: 'infrastructure' });
      history.log({ status: 'retrying', attempts: TWICE });
    },
    finds: /expected dead to be final, found .*retrying/,
  },
  {
    name: 'an arrival that knows less, without a fault',
    make(history) {
      history.log({ status: 'retrying', attempts: TWICE });
      history.log({ status: 'delivered', attempts: ARRIVED });
    },
    finds: /expected 2 attempts at least, found 1/,
  },
  {
    name: 'a claim that skips a run',
    make(history) {
      history.log({ status: 'dead', attempts: FAILED, reason: 'exhausted' });
      history.log({ status: 'retrying', attempts: FAILED, run: 2 }, { replay: 'rpl_1' });
    },
    finds: /expected a claim of run 1 with 1 attempts, found run 2 with 1/,
  },
  {
    name: 'a delivery that goes too early, and one that has expired',
    make(history) {
      history.put('log', { pk: 'delivery#ten_a#x#1', sk: 'u', ttl: BEGINNING / 1000 - 1 });
      history.remove('log', { pk: 'delivery#ten_a#x#1', sk: 'u' }, 'DynamoDB');
      history.put('log', { pk: 'delivery#ten_a#x#1', sk: 'u', ttl: BEGINNING / 1000 + 60 });
      history.remove('log', { pk: 'delivery#ten_a#x#1', sk: 'u' }, 'DynamoDB');
    },
    finds: /expected it to stay for another 60.0 s, DynamoDB removed it/,
  },
  {
    name: 'an event that changes',
    make(history) {
      history.put('log', { pk: 'event#ten_a#1', sk: 'u', id: 'evt_1', type: 'a' });
      history.put('log', { pk: 'event#ten_a#1', sk: 'u', id: 'evt_1', type: 'b' });
    },
    finds: /expected type a, found b/,
  },
  {
    name: 'an id that another event takes within a day, and a day later',
    make(history) {
      const claim = { pk: 'id#ten_a#x', sk: 'id' };
      history.put('log', { ...claim, ulid: '1', claimedAt: BEGINNING });
      history.put('log', { ...claim, ulid: '2', claimedAt: BEGINNING + 24 * HOUR_MS });
      history.put('log', { ...claim, ulid: '3', claimedAt: BEGINNING + 25 * HOUR_MS });
    },
    finds: /expected its event to keep it for a day, another has it after 3600.0 s/,
  },
  {
    name: 'health that is written over another function’s',
    make(history) {
      history.put('state', { ...STANDING, revision: 1 });
      history.put('state', { ...STANDING, revision: 2 });
      history.put('state', { ...STANDING, revision: 2 });
    },
    finds: /expected the revision 3, found 2/,
  },
]);

invariantFinds('retries are in time', retriesInTime, [
  {
    name: 'as the schedule has it, with its jitter',
    calmFrom: BEGINNING,
    make(history) {
      const attempts = attemptsAt({ at: 0 }, { at: 3700, past: 'retry' }, { at: 40_700, past: 'retry' });
      history.log({ status: 'retrying', attempts: attempts.slice(0, 1) });
      history.log({ status: 'retrying', attempts: attempts.slice(0, 2) });
      history.log({ status: 'dead', reason: 'exhausted', attempts });
    },
  },
  {
    name: 'the first too early',
    make: (history) =>
      history.log({ status: 'retrying', attempts: attemptsAt({ at: 0 }, { at: 3500, past: 'retry' }) }),
    finds: /expected retry 1 after 3498 ms at least, found it after 3400 ms/,
  },
  {
    name: 'the second too early',
    make(history) {
      const attempts = attemptsAt({ at: 0 }, { at: 6000, past: 'retry' }, { at: 12_000, past: 'retry' });
      history.log({ status: 'retrying', attempts: attempts.slice(0, 2) });
      history.log({ status: 'dead', reason: 'exhausted', attempts });
    },
    finds: /expected retry 2 after 23.5 s at least, found it after 5900 ms/,
  },
  {
    name: 'too late, while all is calm',
    calmFrom: BEGINNING,
    make: (history) =>
      history.log({ status: 'retrying', attempts: attemptsAt({ at: 0 }, { at: 9000, past: 'retry' }) }),
    finds: /expected retry 1 after 7002 ms at most, found it after 8900 ms/,
  },
  ...[
    { what: 'late while a fault is active', past: 'retry' },
    { what: 'late since its endpoint recovers', past: 'retry recovery@1785542400000' },
  ].map(({ what, past }, i) => ({
    name: what,
    ...(i > 0 && { calmFrom: BEGINNING }),
    make: (history: WatchedHistory) =>
      history.log({ status: 'retrying', attempts: attemptsAt({ at: 0 }, { at: 900_000, past }) }),
  })),
  {
    name: 'at once: after a cut, and by a replay',
    make(history) {
      const attempts = attemptsAt(
        { at: 0, uncounted: true },
        { at: 200, past: 'lane' },
        { at: 500, past: 'retry replayed@1785542400400' },
        { at: 6000, past: 'retry' },
      );
      history.log({ status: 'retrying', attempts, used: 2, run: 1 });
    },
  },
]);
