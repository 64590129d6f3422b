import { expect, it } from 'vitest';
import { methodsOf } from '../../../lambdas/docs/unknown.ts';

const ROUTES = [
  { method: 'POST', path: '/v1/things' },
  { method: 'GET', path: '/v1/things' },
  { method: 'GET', path: '/v1/things/{id}' },
  { method: 'POST', path: '/v1/things/test' },
  { method: 'PATCH', path: '/v1/things/{id}/parts/{part}' },
] as const;

it.each([
  ['/v1/things', ['GET', 'POST']],
  ['/v1/things/x', ['GET']],
  ['/v1/things/test', ['GET', 'POST']],
  ['/v1/things/x/parts/y', ['PATCH']],
  ['/v1/things/', []],
  ['/v1/things/x/parts', []],
  ['/v1/things/x/parts/y/z', []],
  ['/v1/Things', []],
  ['/', []],
  ['', []],
])('%s has the methods %j (D8)', (path, methods) => expect(methodsOf(ROUTES, path)).toEqual(methods));
