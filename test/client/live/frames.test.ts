import fc from 'fast-check';
import { encodeTime } from 'ulid';
import { describe, expect, it } from 'vitest';
import { pauseBefore } from '../../../client/live/backoff.ts';
import { type Frame, readMessage } from '../../../client/live/frame.ts';
import { Passed } from '../../../client/live/passed.ts';

const frame = (n: number): Frame =>
  ({
    type: 'frame',
    id: String(n).padStart(26, '0'),
    at: new Date(Date.UTC(2026, 10, 27, 14, 0, n)).toISOString(),
  }) as Frame;
const numbers = fc.array(fc.integer({ min: 0, max: 250 }));

describe('frames', () => {
  it('are passed on once, however they come', () => {
    fc.assert(
      fc.property(fc.array(numbers), (batches) => {
        const passed = new Passed();
        const ids = batches.flatMap((batch) => {
          const taken = passed.take(batch.map(frame)).map(({ id }) => id);
          expect(taken).toEqual(taken.toSorted());
          return taken;
        });
        expect(ids.toSorted()).toEqual([...new Set(batches.flat())].map((n) => frame(n).id).sort());
      }),
    );
  });

  it('are forgotten some day, and not passed on again', () => {
    const passed = new Passed();
    const all = Array.from({ length: 1000 }, (_, n) => frame(n));
    expect(passed.take(all)).toHaveLength(1000);
    expect(passed.take(all)).toHaveLength(0);
  });

  it.each([
    [[], undefined],
    [[7], 7],
    [[1, 2, 30], 30],
    [[1, 25, 28, 30], 25],
  ])('after %j, those after %s are asked for', (numbers, after) => {
    const passed = new Passed();
    passed.take(numbers.map(frame));
    expect(passed.resumeAfter({})).toBe(after === undefined ? undefined : frame(after).id);
  });

  const second = (n: number): number => Date.UTC(2026, 10, 27, 14, 0, n);

  it.each([
    ['a connection that has just opened', [], { openedAt: second(5), aliveAt: second(6) }, second(5)],
    ['one that was seen long after it opened', [], { openedAt: second(0), aliveAt: second(50) }, second(40)],
    [
      'one that was seen long after the last frame',
      [7],
      { openedAt: second(0), aliveAt: second(50) },
      second(40),
    ],
  ])('of %s, those after a time are asked for', (_, numbers, sight, time) => {
    const passed = new Passed();
    passed.take(numbers.map(frame));
    expect(passed.resumeAfter(sight)).toBe(`${encodeTime(time, 10)}${'0'.repeat(16)}`);
  });

  it.each(['', 'null', '17', '[]', '{"type":7}', '<html>', '{"type":'])('ignore the message %j', (text) =>
    expect(readMessage(text)).toBeUndefined(),
  );
});

it('waits longer after each failure, within half a minute, and never at once', () => {
  for (let failures = 0; failures < 30; failures++) {
    expect(pauseBefore(failures, 0)).toBe(250);
    expect(pauseBefore(failures, 1)).toBeLessThanOrEqual(30_250);
    expect(pauseBefore(failures + 1, 1)).toBeGreaterThanOrEqual(pauseBefore(failures, 1));
  }
});
