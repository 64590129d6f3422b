import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countersKey, hourName } from '../../../lambdas/stats/counter-keys.ts';

it('names each time after its own hour and minutes, in whatever order times come', () => {
  const near = fc.integer({ min: 0, max: 2 * 3600_000 }).map((ms) => Date.UTC(2026, 10, 21, 23) + ms);
  const time = fc.oneof(
    near,
    fc.date({ min: new Date(0), noInvalidDate: true }).map((date) => date.getTime()),
  );
  fc.assert(
    fc.property(fc.array(time), (times) => {
      for (const at of times) {
        expect(hourName(at)).toBe(new Date(at).toISOString().slice(0, 13));
        const { sk } = countersKey({ kind: 'tenant', tenant: 't' }, at);
        expect(sk).toBe(new Date(at - (at % 300_000)).toISOString().slice(0, 16));
      }
    }),
  );
});
