import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seal, unseal } from '../../../../lambdas/manage/lists/sealed-cursors.ts';
import { runs } from '../../../helpers/runs.ts';

const SECRET = Buffer.alloc(32, 1);
const places = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 });

describe('a sealed cursor', () => {
  it('is opened by its tenant alone, and with the same secret', () => {
    fc.assert(
      fc.property(places, (place) => {
        const cursor = seal(SECRET, 'ten_1', place);
        expect(unseal(SECRET, 'ten_1', cursor)).toBe(place);
        expect(unseal(SECRET, 'ten_2', cursor)).toBeUndefined();
        expect(unseal(Buffer.alloc(32, 2), 'ten_1', cursor)).toBeUndefined();
      }),
      { numRuns: runs(50) },
    );
  });

  it('says nothing of its place, and is short enough for a query', () => {
    const longest =
      '01KAK2V5E4V2N9CR0Q6WV7Z1QX#added#01KAK2V5E4V2N9CR0Q6WV7Z1QX|sub_01KAK2V5E4V2N9CR0Q6WV7Z1QX';
    const cursor = seal(SECRET, 'ten_1', Buffer.from(longest).toString('base64url'));
    expect(cursor.length).toBeLessThanOrEqual(256);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toMatch(/01KAK|[0-9A-Za-z_-]{20}/);
  });

  it('can’t be changed, and no other text is one', () => {
    const cursor = seal(SECRET, 'ten_1', 'a place');
    const changed = Buffer.from(cursor, 'base64url');
    for (let i = 0; i < changed.length; i++) {
      changed[i]! ^= 1;
      expect(unseal(SECRET, 'ten_1', changed.toString('base64url'))).toBeUndefined();
      changed[i]! ^= 1;
    }
    fc.assert(
      fc.property(places, (text) => unseal(SECRET, 'ten_1', text) === undefined),
      { numRuns: runs(50) },
    );
  });
});
