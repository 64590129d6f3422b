import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveMessage } from '../../../lambdas/delivery/messages.ts';
import type { Outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { type Frame, frameFor, merged, type Viewer } from '../../../lambdas/live/frame.ts';
import { MESSAGE_OUTCOMES } from '../../../lambdas/live/limits.ts';
import { messagesOf } from '../../../lambdas/live/summaries.ts';
import { withPrefix } from '../../../lambdas/values/ids.ts';
import { eventOf } from '../../builders/events.ts';
import { runs } from '../../helpers/runs.ts';

const AT = Date.parse('2026-11-21T12:00:00.000Z');
const FRAME = { id: '01KAK2V5E4V2N9CR0Q6WV7Z1QX', at: '2026-11-21T12:00:01.000Z' };
const ALL: Viewer = { hasKey: true };
const SUBSCRIPTION = withPrefix('sub', '01KAK2V5E4V2N9CR0Q6WV7Z1QY');

/** API Gateway bills a message by so many bytes, and takes four times as many at most. */
const LIMIT = 32 * 1024;

const target = fc.integer({ min: 0, max: 5 }).map((n) => `tgt_${n}`);
const statuses = ['delivered', 'retrying', 'parked', 'dead'] as const;

const outcome = fc
  .record({
    target,
    tenant: fc.constantFrom('a', 'b'),
    status: fc.constantFrom(...statuses),
    isWaiting: fc.boolean(),
    at: fc.integer({ min: 0, max: 5000 }),
    // Hostile: as long as a type can be, in characters that JSON makes six of.
    type: fc.constantFrom('a', 'x'.repeat(128), '\u0001'.repeat(128), '<b>é'.repeat(32)),
    answer: fc.constantFrom(200, 503, undefined),
  })
  .map(({ target: to, tenant, status, isWaiting, at, type, answer }): Outcome => {
    const isSettled = status === 'delivered' || status === 'dead';
    const attempt = { at: AT + at, ms: 5.4, ...(answer ? { status: answer } : { error: 'timeout' }) };
    const { id, ulid } = eventOf();
    return {
      tenant,
      target: to,
      subscription: SUBSCRIPTION,
      event: { id, ulid, type },
      status,
      at: AT + at,
      attempts: [attempt as Outcome['attempts'][number]],
      ...(isWaiting && !isSettled && { isWaiting: true as const }),
      ...(status === 'dead' && { reason: 'exhausted' as const }),
    };
  });
const batches = fc.array(fc.array(outcome, { maxLength: 120 }), { maxLength: 6 });

const messagesFor = (all: readonly (readonly Outcome[])[], tenant: string): LiveMessage[] =>
  all.flatMap((batch) => messagesOf(batch, (one) => one === tenant));

const bytesOf = (frame: Frame): number => Buffer.byteLength(JSON.stringify(frame));
const totalOf = ({ counts }: Frame): number =>
  counts ? counts.delivered + counts.failed + counts.dead + counts.waiting : 0;

describe('a frame', () => {
  it('counts every outcome of its tenant, and says how many it does not list', () => {
    fc.assert(
      fc.property(batches, (all) => {
        const own = all.flat().filter(({ tenant }) => tenant === 'a');
        const frame = frameFor(ALL, merged(messagesFor(all, 'a')), FRAME);
        expect(frame === undefined).toBe(own.length === 0);
        if (!frame) return;
        const { outcomes = [], counts } = frame;
        expect(totalOf(frame)).toBe(own.length);
        expect(counts!.leftOut).toBe(own.length - outcomes.length);
        expect(counts!.delivered).toBe(own.filter(({ status }) => status === 'delivered').length);
        expect(counts!.dead).toBe(own.filter(({ status }) => status === 'dead').length);
        expect(counts!.waiting).toBe(own.filter(({ isWaiting }) => isWaiting).length);
      }),
      { numRuns: runs(100) },
    );
  });

  it('is never larger than what is billed as one message', () => {
    fc.assert(
      fc.property(batches, fc.array(target, { minLength: 1, maxLength: 3 }), (all, targets) => {
        const messages = messagesFor(all, 'a').map((message) => ({
          ...message,
          targets: Array.from({ length: 60 }, (_, n) => ({
            targetId: withPrefix('tgt', FRAME.id.slice(0, -2) + String(n).padStart(2, '0')),
            state: 'disabled',
            reason: 'failing',
            at: FRAME.at,
          })),
          replays: Array.from({ length: 60 }, (_, n) => ({
            id: `rpl_${n}`,
            status: 'running',
            done: n,
            looked: n,
            at: FRAME.at,
          })),
          changes: Array.from({ length: 60 }, (_, n) => ({ kind: 'targets', targets: [`tgt_${n}`] })),
        }));
        for (const viewer of [ALL, { targets, hasKey: false }]) {
          const frame = frameFor(viewer, merged(messages), FRAME);
          if (frame) expect(bytesOf(frame)).toBeLessThanOrEqual(LIMIT);
        }
      }),
      { numRuns: runs(50) },
    );
  });

  it('has nothing of another target for a viewer that is limited, and all counts of its own', () => {
    fc.assert(
      fc.property(batches, fc.uniqueArray(target, { minLength: 1, maxLength: 3 }), (all, targets) => {
        const own = all.flat().filter((one) => one.tenant === 'a' && targets.includes(one.target));
        const frame = frameFor({ targets, hasKey: false }, merged(messagesFor(all, 'a')), FRAME);
        expect(frame === undefined).toBe(own.length === 0);
        if (!frame) return;
        expect((frame.outcomes ?? []).filter(({ targetId }) => !targets.includes(targetId))).toEqual([]);
        expect(totalOf(frame)).toBe(own.length);
        expect(frame.counts!.leftOut).toBe(own.length - (frame.outcomes ?? []).length);
      }),
      { numRuns: runs(100) },
    );
  });

  it('leaves out successes before failures, and the oldest before the newest', () => {
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 300 }), (all) => {
        const own = all.map((one) => ({ ...one, tenant: 'a' }));
        const { outcomes = [] } = frameFor(ALL, merged(messagesFor([own], 'a')), FRAME)!;
        expect(outcomes.length).toBeLessThanOrEqual(MESSAGE_OUTCOMES);
        expect(outcomes.map(({ at }) => at)).toEqual(outcomes.map(({ at }) => at).sort());
        const listed = outcomes.filter(({ status }) => status === 'delivered').length;
        const failures = own.filter(({ status }) => status !== 'delivered').length;
        if (listed > 0) expect(outcomes.length - listed).toBe(failures);
      }),
      { numRuns: runs(100) },
    );
  });

  it('counts the targets that it does not tell apart with the others', () => {
    const counts = Array.from({ length: 1500 }, (_, n) => ({
      targetId: `tgt_${n}`,
      delivered: 1,
      failed: n < 1000 ? 1 : 0,
      dead: 0,
      waiting: 0,
    }));
    const [few] = [
      { deliveryId: 'd', eventId: 'e', type: 'a', subscriptionId: 's', attempt: 1, at: FRAME.at },
    ];
    const outcomes = [
      { ...few!, targetId: 'tgt_1499', status: 'delivered', statusCode: 200 },
      { ...few!, targetId: 'tgt_1499', status: 'retrying', error: 'timeout' },
      { ...few!, targetId: 'tgt_1499', status: 'parked', attempt: 0 },
    ];
    const news = merged([{ v: 1, kind: 'live', tenant: 'a', counts, outcomes }]);
    expect(news.counts).toHaveLength(1000);
    expect(frameFor(ALL, news, FRAME)!.counts).toMatchObject({ delivered: 1500, failed: 1000 });
    const limited = frameFor({ targets: ['tgt_1499'], hasKey: false }, news, FRAME)!;
    expect(limited.counts).toEqual({ delivered: 1, failed: 1, dead: 0, waiting: 1, leftOut: 0 });
  });
});

describe('what else a frame tells', () => {
  const later = '2026-11-21T12:00:02.000Z';
  const message: LiveMessage = {
    v: 1,
    kind: 'live',
    tenant: 'a',
    targets: [
      { targetId: 'tgt_1', state: 'recovered', at: later },
      { targetId: 'tgt_1', state: 'open', at: FRAME.at },
      { targetId: 'tgt_2', state: 'disabled', reason: 'gone', at: FRAME.at },
    ],
    replays: [
      { id: 'rpl_1', status: 'running', done: 1, looked: 1, at: FRAME.at },
      { id: 'rpl_1', status: 'completed', done: 2, looked: 2, at: later },
    ],
    changes: [
      { kind: 'targets', targets: ['tgt_2'] },
      { kind: 'subscriptions', targets: ['tgt_1', 'tgt_2'] },
      { kind: 'filters', targets: [] },
      { kind: 'event-types' },
      { kind: 'keys' },
      { kind: 'portal-tokens' },
      // Who signs in, and what a later release may add.
      { kind: 'sessions' },
      { kind: 'sign-in-links' },
      { kind: 'secrets-of-tomorrow' },
    ],
  };
  const news = merged([message, message]);

  it('is the last that is known of a target or job', () => {
    const frame = frameFor(ALL, news, FRAME)!;
    expect(frame.targets!.map(({ targetId, state }) => `${targetId} ${state}`).sort()).toEqual([
      'tgt_1 recovered',
      'tgt_2 disabled',
    ]);
    expect(frame.replays).toMatchObject([{ id: 'rpl_1', status: 'completed', done: 2 }]);
    expect(frame).not.toHaveProperty('outcomes');
    expect(frame).not.toHaveProperty('counts');
  });

  it.each<[string, Viewer, string[] | undefined]>([
    ['a key', ALL, message.changes!.map(({ kind }) => kind)],
    ['a portal token', { hasKey: false }, ['targets', 'subscriptions', 'filters', 'event-types']],
    ['one that is limited', { hasKey: false, targets: ['tgt_1'] }, ['subscriptions', 'event-types']],
    ['one of another target', { hasKey: false, targets: ['tgt_3'] }, ['event-types']],
  ])('is what %s may know of', (_, viewer, changed) => {
    const frame = frameFor(viewer, news, FRAME)!;
    expect(frame.changed).toEqual(changed);
    expect(frame.replays === undefined).toBe(viewer.targets !== undefined);
    if (viewer.targets) {
      expect((frame.targets ?? []).every(({ targetId }) => viewer.targets!.includes(targetId))).toBe(true);
    }
  });

  it('is nothing for a viewer that may know of nothing', () => {
    const own = merged([{ ...message, changes: [{ kind: 'keys' }], targets: [] }]);
    expect(frameFor({ hasKey: false, targets: ['tgt_1'] }, own, FRAME)).toBeUndefined();
  });
});
