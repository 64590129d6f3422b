import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryAtPlace, deliveryPlace } from '../../../lambdas/events/log-keys.ts';
import {
  fitsPage,
  type Known,
  type Load,
  pauseSeconds,
  repeatedMessage,
  replayedMessage,
  stepOf,
  verdictOn,
} from '../../../lambdas/replay/replay.ts';
import {
  addUp,
  afterPage,
  ended,
  JOB,
  newJob,
  type ReplayJob,
  reachedAt,
  stepFor,
  withLease,
} from '../../../lambdas/replay/replay-job.ts';
import { deliveryId, deliveryOfId, lowestUlidAt } from '../../../lambdas/values/ids.ts';
import { readItem } from '../../../lambdas/values/item.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR = 3600_000;
const ulid = lowestUlidAt(NOW - 1000);
const old = lowestUlidAt(NOW - 2 * HOUR);
const subscription = 'sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY';

const attempt = { at: NOW - 5000, ms: 3, status: 503 };
const known = (about: Partial<Known>): Known => ({
  status: 'dead',
  attempts: [attempt],
  dropped: 0,
  run: 0,
  ...about,
});

describe('whether a delivery may be sent again (A15)', () => {
  const retrying = (about: Partial<Known> = {}) =>
    known({ status: 'retrying', nextAttemptAt: NOW - 1000, ...about });
  it.each([
    ['dead', known({}), 'dead', 'send'],
    ['delivered, where all are wanted', known({ status: 'delivered' }), 'all', 'send'],
    ['delivered, where dead ones are wanted', known({ status: 'delivered' }), 'dead', 'not_dead'],
    ['retrying', retrying(), 'all', 'under_way'],
    ['retrying since the same replay sent it', retrying({ replay: 'me' }), 'all', 'again'],
    ['retrying since another sent it', retrying({ replay: 'other' }), 'all', 'under_way'],
    ['retrying, and an hour late', retrying({ nextAttemptAt: NOW - HOUR - 1 }), 'dead', 'send'],
    ['in its target’s hold queue', known({ status: 'parked' }), 'all', 'under_way'],
    ['parked for later', known({ status: 'parked', nextAttemptAt: NOW + HOUR }), 'all', 'under_way'],
  ] as const)('%s', (_, delivery, wanted, verdict) => {
    expect(verdictOn(delivery, { ulid, isListed: true }, wanted, 'me', NOW)).toBe(verdict);
  });

  it.each([
    ['retrying, minutes before its time', retrying({ nextAttemptAt: NOW + HOUR }), 'send'],
    ['due now', retrying({ nextAttemptAt: NOW }), 'under_way'],
    ['due within the last minute', retrying({ nextAttemptAt: NOW - 60_000 }), 'under_way'],
    ['due, and nothing came of it', retrying({ nextAttemptAt: NOW - 60_001 }), 'send'],
    ['parked for hours', known({ status: 'parked', nextAttemptAt: NOW + 9 * HOUR }), 'send'],
    ['parked, and due', known({ status: 'parked', nextAttemptAt: NOW - 1 }), 'under_way'],
    ['in its target’s hold queue', known({ status: 'parked' }), 'send'],
    ['sent by the same retry', retrying({ replay: 'me' }), 'again'],
    ['sent by another a moment ago', retrying({ replay: 'other' }), 'under_way'],
    ['dead', known({}), 'not_waiting'],
    ['delivered', known({ status: 'delivered' }), 'not_waiting'],
    ['in a lane for the first time', undefined, 'under_way'],
  ] as const)('if it waits, at once: %s', (_, delivery, verdict) => {
    expect(verdictOn(delivery, { ulid, isListed: true }, 'waiting', 'me', NOW)).toBe(verdict);
  });

  it.each([
    ['on its way for the first time', ulid, true, 'under_way'],
    ['without an outcome since', old, true, 'send'],
    ['never sent', ulid, false, 'send'],
  ] as const)('%s', (_, of, isListed, verdict) => {
    expect(verdictOn(undefined, { ulid: of, isListed }, 'all', 'me', NOW)).toBe(verdict);
  });
});

describe('the message of a replay (A15)', () => {
  const event = {
    id: 'e',
    ulid,
    type: 'a',
    contentType: 'application/json',
    payload: { kind: 'text', text: '{}' },
  } as const;
  const frame = { tenant: 't', event, subscription, target: 'tgt_1' };

  it('has the history, and a schedule and a day of its own', () => {
    const unknown = { waited: true, asked: true, extra: 1 };
    const message = replayedMessage({ ...frame, known: known({ dropped: 4, run: 2, unknown }) }, NOW);
    expect(message).toMatchObject({ attempts: [attempt], dropped: 4, used: 0, run: 3, replayedAt: NOW });
    // Fields of a newer release travel on, but marks of the message before are not for this one.
    expect(message).toHaveProperty('extra', 1);
    expect(message).not.toHaveProperty('waited');
    expect(message).not.toHaveProperty('asked');
  });

  it('stays in its run when it is repeated', () => {
    expect(repeatedMessage({ ...frame, known: known({ run: 3 }) }, NOW)).toMatchObject({ run: 3 });
  });

  it.each<[string, Partial<Known> | undefined, string]>([
    ['a death', { reason: 'subscription_paused', since: 5 }, 'dead:subscription_paused@5'],
    [
      'a death after a wait',
      { reason: 'expired', since: 5, past: 'recovery@3' },
      'recovery@3 dead:expired@5',
    ],
    ['a wait', { status: 'parked', waitingFor: 'recovery', since: 5 }, 'recovery@5'],
    ['nothing, where an older release wrote it', { status: 'parked' }, ''],
    ['nothing, where the event was never sent', undefined, ''],
  ])('remembers %s', (_, before, past) => {
    const resend = { ...frame, known: before && known(before) };
    const { past: all } = replayedMessage(resend, NOW);
    expect(all).toBe(`${past} replayed@${NOW}`.trim());
    // A claimed delivery has that past already, and has been waiting for nothing since.
    const claimed = known({ status: 'retrying', since: NOW, past: all });
    expect(repeatedMessage({ ...frame, known: claimed }, NOW + 5).past).toBe(all);
  });

  it('begins at nothing where the event was never sent', () => {
    expect(replayedMessage({ ...frame, known: undefined }, NOW)).toMatchObject({
      attempts: [],
      run: 1,
      used: 0,
    });
  });
});

describe('how fast a job goes (C6)', () => {
  /** What a page sends when there is no end to what it could, and then waits. */
  const page = (perSecond: number | undefined, targets = 1) => {
    const loads = new Map<string, Load>();
    let count = 0;
    for (; fitsPage(loads, `t${count % targets}`, perSecond); count++) {
      const target = `t${count % targets}`;
      loads.set(target, { count: (loads.get(target)?.count ?? 0) + 1, perSecond });
    }
    return { count, pause: pauseSeconds(loads) };
  };

  it.each([
    [undefined, 1, { count: 200, pause: 1 }],
    [1000, 1, { count: 200, pause: 1 }],
    [50, 1, { count: 200, pause: 4 }],
    [6, 1, { count: 30, pause: 5 }],
    [0.01, 1, { count: 1, pause: 100 }],
    [6, 3, { count: 90, pause: 5 }],
  ])('at %s a second to each of %s', (perSecond, targets, expected) => {
    expect(page(perSecond, targets)).toEqual(expected);
  });

  it('never sends more in a page than its pause makes up for', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 10_000, noNaN: true }), (perSecond) => {
        const { count, pause } = page(perSecond);
        expect(count).toBeLessThanOrEqual(Math.max(perSecond, 0) * pause + 1e-6);
      }),
    );
  });

  it('tries an endpoint with few at first, and twice as many each time', () => {
    expect([0, 1, 2, 3, 4, 5, 9999].map(stepOf)).toEqual([10, 20, 40, 80, 160, 200, 200]);
    const full = new Map([['t', { count: 10, perSecond: undefined }]]);
    expect([fitsPage(full, 't', undefined, 10), fitsPage(full, 'u', undefined, 10)]).toEqual([false, true]);
  });

  it('does not wait after a page that has sent nothing', () => expect(pauseSeconds(new Map())).toBe(0));
});

describe('a job (A15)', () => {
  const fresh = newJob({ id: 'rpl_1', tenant: 't', action: 'send', selection: { kind: 'dead' } }, NOW);
  const result = { looked: 3, done: 2, skipped: { under_way: 1 }, cursor: `${ulid}#x` } as const;

  it.each<[string, ReplayJob, number, string]>([
    ['its page', fresh, 0, 'do'],
    ['a page that another worker has', withLease(fresh, NOW), 0, 'later'],
    ['a page whose worker has died', withLease(fresh, NOW - HOUR), 0, 'do'],
    ['a page that is done, its successor not', afterPage(fresh, result, NOW), 0, 'request_next'],
    ['a page that is long done', { ...fresh, page: 2 }, 0, 'drop'],
    ['a page before its time', fresh, 1, 'later'],
    ['a page of one that was cancelled', ended(fresh, 'cancelled', NOW), 0, 'drop'],
  ])('is asked for %s', (_, job, page, kind) => expect(stepFor(job, page, NOW)).toBe(kind));

  it('of what waits is not for older releases, which do not know it', () => {
    const { selection, ...about } = fresh;
    const job = newJob({ ...about, selection: { kind: 'waiting', to: NOW } }, NOW);
    const stored = { ...job, revision: 1 };
    expect(readItem(JOB, stored)).toMatchObject({ ok: true, value: stored });
    expect(readItem({ ...JOB, version: 1 }, stored)).toMatchObject({ ok: false, isNewer: true });
    expect(readItem({ ...JOB, version: 1 }, { ...fresh, selection, revision: 1 }).ok).toBe(true);
  });

  it('adds up its pages until there is none', () => {
    const first = afterPage(withLease(fresh, NOW), result, NOW);
    expect(first).toMatchObject({ page: 1, state: 'running', busyUntil: undefined });
    expect(reachedAt(first)).toBe(NOW - 1000);
    const last = afterPage(first, { ...result, cursor: undefined }, NOW);
    expect(last).toMatchObject({ looked: 6, done: 4, skipped: { under_way: 2 }, state: 'completed' });
    expect(reachedAt(last)).toBe(NOW);
  });

  it('stays cancelled when the page that was under way ends', () => {
    const cancelled = ended(withLease(fresh, NOW), 'cancelled', NOW);
    expect(afterPage(cancelled, { ...result, cursor: undefined }, NOW)).toMatchObject({
      state: 'cancelled',
      done: 2,
    });
    expect(ended(cancelled, 'failed', NOW)).toBe(cancelled);
  });

  it('counts reasons apart', () => {
    expect(addUp({ under_way: 1 }, { under_way: 2, not_dead: 1 })).toEqual({ under_way: 3, not_dead: 1 });
  });
});

it('a delivery’s id, and its place among the dead, lead to it', () => {
  const ref = { ulid, subscription };
  expect(deliveryOfId(deliveryId(ulid, subscription))).toEqual(ref);
  expect(deliveryAtPlace(deliveryPlace(subscription, ulid))).toEqual(ref);
  for (const wrong of [
    '',
    'dlv_',
    `dlv_${ulid}`,
    `dlv_${ulid}${ulid}x`,
    `dlv_${ulid}${ulid.toLowerCase()}!`,
  ]) {
    expect(deliveryOfId(wrong)).toBeUndefined();
  }
});
