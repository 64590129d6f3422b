import { expect, it } from 'vitest';
import { cameThroughEdge, EDGE_HEADER } from '../../../lambdas/http/edge.ts';

it.each([
  [{ [EDGE_HEADER]: 'a-secret' }, true],
  [{ [EDGE_HEADER]: 'b-secret' }, false],
  [{ [EDGE_HEADER]: 'a-secret-and-more' }, false],
  // What API Gateway makes of a header that is there twice.
  [{ [EDGE_HEADER]: 'a-secret,a-secret' }, false],
  [{ [EDGE_HEADER]: '' }, false],
  [{}, false],
  [undefined, false],
])('a request with %j came through the distribution: %s', (headers, expected) => {
  expect(cameThroughEdge('a-secret', headers)).toBe(expected);
});
