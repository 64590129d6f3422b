import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathId } from '../../../console/parts/event-id.ts';

test.each([
  ['evt_01K', 'evt_01K'],
  ['a/b?c%d', 'a%2Fb%3Fc%25d'],
])('the id %s is %s in a path, before the client escapes it', (id, path) => expect(pathId(id)).toBe(path));

test('an id that is decoded twice is itself again', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((n) => String.fromCharCode(n)) }),
      (id) => {
        const sent = encodeURIComponent(pathId(id));
        expect(decodeURIComponent(decodeURIComponent(sent))).toBe(id);
      },
    ),
  );
});
