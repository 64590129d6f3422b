import fc from 'fast-check';
import { decodeTime, isValid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { checkProducerId, isProducerId, PRODUCER_ID } from '../../../lambdas/events/event-id.ts';
import {
  deliveryId,
  isUlid,
  timeOfUlid,
  ulidOf,
  ulidSource,
  withPrefix,
} from '../../../lambdas/values/ids.ts';
import { routedPath } from '../../../local/http/path.ts';
import { routeMatcher } from '../../../local/http/routes.ts';
import { runs } from '../../helpers/runs.ts';

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

  it('are read as the library reads them, which takes longer', () => {
    const outcome = (read: () => number): unknown => {
      try {
        return read();
      } catch (error) {
        return String(error);
      }
    };
    const character = fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ', ...'IOUaz-ä');
    const text = fc.oneof(
      fc.string({ unit: character, minLength: 25, maxLength: 27 }),
      fc.ulid(),
      fc.ulid().map((ulid) => ulid.toLowerCase()),
      fc.ulid().map((ulid) => `8${ulid.slice(1)}`),
    );
    fc.assert(
      fc.property(text, (ulid) => {
        expect(isUlid(ulid)).toBe(isValid(ulid) && ulid === ulid.toUpperCase());
        expect(outcome(() => timeOfUlid(ulid))).toEqual(outcome(() => decodeTime(ulid)));
      }),
      { numRuns: runs(1000) },
    );
  });

  it('use each of the characters, and none twice in a row of them', () => {
    const next = ulidSource();
    const made = Array.from({ length: 200 }, (_, i) => next(NOW + i).slice(10));
    expect(new Set(made.join('')).size).toBe(32);
    expect(new Set(made).size).toBe(200);
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
    ['...', true],
    ['.a', true],
    ['a.', true],
    [`~!"#$&'()*+,-:;<=>@[\\]^_\`{|}`, true],
    ['.', false],
    ['..', false],
    ['a b', false],
    ['urn:a/b?c=100%', true],
  ])('of producers: %s', (id, allowed) => {
    expect(checkProducerId(id).ok).toBe(allowed);
    expect(isProducerId(id)).toBe(!id.startsWith(`evt_${ULID}`));
  });

  it('of producers are documented as they are taken', () => {
    const unit = fc.oneof(fc.constantFrom(...'./?%~ a'), fc.string({ unit: 'grapheme', maxLength: 1 }));
    const any = fc.oneof(
      fc.string({ unit, maxLength: 4 }),
      fc.constantFrom('a'.repeat(256), 'a'.repeat(257)),
    );
    fc.assert(
      fc.property(any, (id) => PRODUCER_ID.test(id) === checkProducerId(id).ok),
      { numRuns: runs(2000) },
    );
  });

  it('of producers arrive by the path of their event, / ? and % if they are escaped twice', () => {
    const find = routeMatcher([{ routeKey: 'GET /v1/events/{id}/payload' }]);
    const idAt = (escaped: string): unknown => {
      const { pathname } = new URL(`https://x/v1/events/${escaped}/payload`);
      return find('GET', routedPath(pathname) ?? '')?.pathParameters?.id;
    };
    const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit: printable, maxLength: 6 }), (id) => {
        fc.pre(checkProducerId(id).ok);
        const once = encodeURIComponent(id);
        expect(idAt(encodeURIComponent(once))).toBe(id);
        if (!/[/?%]/.test(id)) expect(idAt(once)).toBe(id);
      }),
      { numRuns: runs(2000) },
    );
    expect([idAt('..'), idAt('%2e%2E'), idAt('.')]).toEqual([undefined, undefined, undefined]);
  });
});
