import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  dueOf,
  minuteOf,
  minutesToRelease,
  parkingKey,
  parkingPartitions,
  RELEASE_AHEAD_MS,
} from '../../../lambdas/parking/parking.ts';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 7);

it('finds what was parked by its minute', () => {
  fc.assert(
    fc.property(fc.nat(86_400_000), fc.stringMatching(/^dlv_[0-9A-Z]{52}$/), (offset, id) => {
      const key = parkingKey(NOW + offset, id);
      expect(parkingPartitions(minuteOf(NOW + offset))).toContain(key.pk);
      expect(dueOf(key.sk)).toBe(NOW + offset);
    }),
  );
});

it('skips no minute, however irregular the runs, and releases each in time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 50 }), (gaps) => {
      let now = NOW;
      let last: number | undefined;
      const first = minuteOf(now);
      const seen = new Set<number>();
      for (const seconds of [0, ...gaps]) {
        now += seconds * 1000;
        const minutes = minutesToRelease(last, now);
        for (const minute of minutes) seen.add(minute);
        last = minutes.at(-1);
        expect(last).toBe(minuteOf(now + RELEASE_AHEAD_MS));
      }
      for (let minute = first; minute <= last!; minute++) expect(seen).toContain(minute);
    }),
  );
});

it('keeps minutes apart, and the shards of one', () => {
  const partitions = [minuteOf(NOW), minuteOf(NOW) + 1].flatMap(parkingPartitions);
  expect(new Set(partitions).size).toBe(8);
});

it('looks two minutes ahead', () => {
  expect(minutesToRelease(undefined, NOW).at(-1)).toBe(minuteOf(Date.UTC(2026, 0, 31, 12, 2)));
});

it.each([[undefined], [minuteOf(NOW) + 2]])('looks at the minute just past, too (last run: %s)', (last) => {
  expect(minutesToRelease(last, NOW)[0]).toBe(minuteOf(NOW) - 1);
});
