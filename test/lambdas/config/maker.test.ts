import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makerOf } from '../../../lambdas/config/maker.ts';
import { isUlid, timeOfUlid, ulidOf } from '../../../lambdas/values/ids.ts';

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });

describe('a maker', () => {
  it('makes the same things of the same seed', () => {
    fc.assert(
      fc.property(seed, time, (bytes, now) => {
        const make = () => {
          const maker = makerOf(bytes, now);
          return [maker.at, maker.id('tgt'), maker.secret().toString('hex'), maker.ulid()];
        };
        expect(make()).toEqual(make());
      }),
    );
  });

  it('makes ids of its time, each only once', () => {
    fc.assert(
      fc.property(seed, time, (bytes, now) => {
        const maker = makerOf(bytes, now);
        const ulids = Array.from({ length: 20 }, () => maker.ulid());
        expect(ulids.every((ulid) => isUlid(ulid) && timeOfUlid(ulid) === now)).toBe(true);
        expect(new Set(ulids).size).toBe(20);
        expect(ulidOf('sub', maker.id('sub'))).toBeDefined();
      }),
    );
  });

  it('makes other things of another seed', () => {
    const [a, b] = [makerOf(Buffer.alloc(32, 1), 0), makerOf(Buffer.alloc(32, 2), 0)];
    expect(a.ulid()).not.toBe(b.ulid());
    expect(a.secret()).toHaveLength(32);
    expect(a.secret().equals(b.secret())).toBe(false);
  });
});
