import { describe, expect, it } from 'vitest';
import { checkProducerId, isProducerId } from '../../../lambdas/domain/event-id.ts';
import { deliveryId, timeOfUlid, ulidOf, ulidSource, withPrefix } from '../../../lambdas/domain/ids.ts';

const NOW = Date.UTC(2026, 10, 21);
const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('ids', () => {
  it('rise with time, within a millisecond too, and tell it', () => {
    const next = ulidSource();
    const made = Array.from({ length: 1000 }, (_, i) => next(NOW + Math.floor(i / 100)));
    expect(made).toEqual([...made].sort());
    expect(new Set(made).size).toBe(1000);
    expect(timeOfUlid(made[0]!)).toBe(NOW);
  });

  it.each([
    [`evt_${ULID}`, ULID],
    [`sub_${ULID}`, undefined],
    [`evt_${ULID.toLowerCase()}`, undefined],
    [`evt_${ULID}0`, undefined],
    ['evt_', undefined],
  ])('ulidOf evt in %s', (id, expected) => expect(ulidOf('evt', id)).toBe(expected));

  it('of a delivery are made of its event and subscription', () => {
    expect(deliveryId(ULID, withPrefix('sub', ULID))).toBe(`dlv_${ULID}${ULID}`);
  });

  it.each([
    ['order-17', true],
    [`evt_${ULID}`, false],
    ['evt_17', true],
  ])('of producers: %s', (id, allowed) => {
    expect(checkProducerId(id).ok).toBe(allowed);
    expect(isProducerId(id)).toBe(allowed);
  });
});
