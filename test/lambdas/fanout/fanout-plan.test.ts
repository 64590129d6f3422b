import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventInFlight } from '../../../lambdas/events/event.ts';
import { type LogPart, planFanout } from '../../../lambdas/fanout/fanout-plan.ts';
import type { Matching } from '../../../lambdas/matching/index/match-event.ts';
import { eventOf } from '../../builders/events.ts';

const event = (id: string): EventInFlight => eventOf({ id, ulid: id });

const subscriptionsOf = (count: number): { id: string }[] =>
  Array.from({ length: count }, (_, i) => ({ id: `s${String(i).padStart(2, '0')}` }));

it('reaches every subscription of every event exactly once, in bounded passes, and counts them', () => {
  const sizes = fc.array(fc.nat(25), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: 10 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
      (counts, limit, looks) => {
        const subscriptions = new Map(counts.map((n, e) => [`e${e}`, subscriptionsOf(n)]));
        const reached: string[] = [];
        const log = new Map<string, LogPart<{ id: string }>>();
        let queue = counts.map((_, e) => event(`e${e}`));
        for (let pass = 0; queue.length > 0; pass++) {
          expect(pass).toBeLessThan(300);
          expect(queue.every(({ hops = 0 }) => hops === pass)).toBe(true);
          let matchings = 0;
          const plan = planFanout(
            queue,
            ({ id, resume }) => {
              matchings++;
              const left = subscriptions.get(id)!.filter((one) => !resume || one.id > resume.after);
              const found = left.slice(0, looks.next().value);
              return found.length < left.length ? { found, scannedUpTo: found.at(-1)!.id } : { found };
            },
            limit,
          );
          expect(matchings).toBeLessThanOrEqual(limit);
          expect(plan.work).toBeLessThanOrEqual(limit);
          for (const { event: one, subscriptions: subs, parts } of plan.now) {
            for (const part of parts) {
              const key = `${one.id} ${part.part}`;
              // Only part 0 is ever written anew, and then it names no subscriptions that would be lost.
              expect(log.get(key)?.subscriptions ?? []).toEqual([]);
              log.set(key, part);
            }
            expect(parts.flatMap((part) => part.subscriptions)).toEqual(subs);
            reached.push(...subs.map(({ id }) => `${one.id} ${id}`));
          }
          queue = plan.later;
        }
        const expected = [...subscriptions].flatMap(([e, subs]) => subs.map(({ id }) => `${e} ${id}`));
        expect(reached.sort()).toEqual(expected.sort());
        for (const [e, subs] of subscriptions) expect(log.get(`${e} 0`)?.matched).toBe(subs.length);
      },
    ),
  );
});

it('leaves an event to the next pass that was not matched in this one', () => {
  const events = [event('first'), { ...event('second'), resume: { after: 's03', part: 2 } }, event('third')];
  const plan = planFanout(
    events,
    ({ id }) => (id === 'third' ? { found: subscriptionsOf(1) } : undefined),
    10,
  );
  expect(plan.now.map((reached) => reached.event.id)).toEqual(['third']);
  expect(plan.later).toEqual([
    { ...events[0], resume: { after: '', part: 0 }, hops: 1 },
    { ...events[1], hops: 1 },
  ]);
});

it('marks an event that it has not begun, so that its id is not claimed twice', () => {
  const { later } = planFanout([event('first'), event('second')], () => ({ found: [] }), 1);
  expect(later).toEqual([{ ...event('second'), resume: { after: '', part: 0 }, hops: 1 }]);
});

it('goes on with an event of a release that did not count what was reached', () => {
  const old = { ...event('old'), resume: { after: 's03', part: 1 } };
  const { now, later } = planFanout([old], () => ({ found: [{ id: 's04' }], scannedUpTo: 's09' }), 10);
  expect(now[0]!.parts.map(({ part }) => part)).toEqual([1]);
  expect(later[0]!.resume).toEqual({ after: 's09', part: 2 });
});

describe('what a pass writes', () => {
  const began = { after: 's03', part: 2, reached: 3 };
  const s04 = [{ id: 's04' }];
  const open = { part: 0, subscriptions: [], isOpen: true };

  it.each<[string, EventInFlight['resume'], Matching<{ id: string }>, object[], object | undefined]>([
    [
      'the first of several',
      undefined,
      { found: s04, scannedUpTo: 's09' },
      [
        { ...open, matched: 1 },
        { part: 1, subscriptions: s04, matched: 0 },
      ],
      { after: 's09', part: 2, reached: 1 },
    ],
    [
      'the first of several, that reaches nothing',
      undefined,
      { found: [], scannedUpTo: 's09' },
      [{ ...open, matched: 0 }],
      { after: 's09', part: 1, reached: 0 },
    ],
    [
      'one between',
      began,
      { found: s04, scannedUpTo: 's09' },
      [{ part: 2, subscriptions: s04, matched: 0 }],
      { after: 's09', part: 3, reached: 4 },
    ],
    [
      'one between, that reaches nothing',
      began,
      { found: [], scannedUpTo: 's09' },
      [],
      { ...began, after: 's09' },
    ],
    [
      'the last',
      began,
      { found: s04 },
      [
        { part: 0, subscriptions: [], matched: 4 },
        { part: 2, subscriptions: s04, matched: 0 },
      ],
      undefined,
    ],
    [
      'the last, that reaches nothing',
      began,
      { found: [] },
      [{ part: 0, subscriptions: [], matched: 3 }],
      undefined,
    ],
  ])('%s', (_, resume, matching, parts, next) => {
    const { now, later } = planFanout([{ ...event('a'), ...(resume && { resume }) }], () => matching, 10);
    expect(now[0]!.parts).toEqual(parts);
    expect(later.map((one) => one.resume)).toEqual(next ? [next] : []);
  });
});
