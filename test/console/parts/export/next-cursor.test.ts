import { expect, test } from 'vitest';
import { nextCursor } from '../../../../console/parts/export/next-cursor.ts';

test.each([
  ['</v1/deliveries?limit=2&format=csv&cursor=MDFN%2B>; rel="next"', 'MDFN+'],
  ['</v1/deliveries?limit=2>; rel="next"', undefined],
  ['</v1/deliveries?cursor=a>; rel="prev"', undefined],
  [null, undefined],
])('the next page of %s is %s', (link, cursor) => expect(nextCursor(link)).toBe(cursor));
