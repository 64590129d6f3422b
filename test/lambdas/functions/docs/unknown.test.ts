import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Route } from '../../../../lambdas/api/route.ts';
import { ROUTES as ALL } from '../../../../lambdas/api/routes.ts';
import { methodsOf, nearestRoute, withoutSlashes } from '../../../../lambdas/functions/docs/unknown.ts';
import { runs } from '../../../helpers/runs.ts';

const ROUTES = [
  { method: 'POST', path: '/v1/things' },
  { method: 'GET', path: '/v1/things' },
  { method: 'GET', path: '/v1/things/{id}' },
  { method: 'POST', path: '/v1/things/test' },
  { method: 'PATCH', path: '/v1/things/{id}/parts/{part}' },
  { method: 'PUT', path: '/v1/names/{name}', greedy: true },
] as const;

it.each([
  ['/v1/things', ['GET', 'POST']],
  ['/v1/things/x', ['GET']],
  ['/v1/things/test', ['GET', 'POST']],
  ['/v1/things/x/parts/y', ['PATCH']],
  ['/v1/things/', []],
  ['/v1/things/x/parts', []],
  ['/v1/things/x/parts/y/z', []],
  ['/v1/names/x', ['PUT']],
  ['/v1/names/x/y', ['PUT']],
  ['/v1/names//x', ['PUT']],
  ['/v1/names', []],
  ['/v1/names/', []],
  ['/v1/Things', []],
  ['/', []],
  ['', []],
])('%s has the methods %j (D8)', (path, methods) => expect(methodsOf(ROUTES, path)).toEqual(methods));

it.each<[string, string | undefined]>([
  ['/v1/things/', '/v1/things'],
  ['//v1/things', '/v1/things'],
  ['/v1//things/', '/v1/things'],
  ['/v1/things/a b/', '/v1/things/a%20b'],
  ['/v1/things/ü?#%/', '/v1/things/%C3%BC%3F%23%25'],
  ['/v1/things/\r\nlocation: x/', '/v1/things/%0D%0Alocation%3A%20x'],
  ['/v1/things/\ud800/', '/v1/things/%EF%BF%BD'],
  // As it is, or no route.
  ['/v1/things', undefined],
  ['/', undefined],
  ['//', undefined],
  ['//elsewhere.example/', undefined],
  ['/v1/nothing/', undefined],
  ['/v1/things/x/parts/', undefined],
  ['/v1/things/../', undefined],
  // With an escaped slash in the place of an id.
  ['/v1/things//', undefined],
  ['/v1/things///', undefined],
  ['/v1/things///parts/y', undefined],
])('%j without slashes that are not needed is %j (D8)', (path, plain) =>
  expect(withoutSlashes(ROUTES, path)).toBe(plain),
);

it('leads to a route of this host, whatever comes in', () => {
  const segment = fc.constantFrom(
    '',
    'v1',
    'things',
    'x',
    '..',
    '\\',
    'elsewhere.example',
    'parts',
    '%2F',
    ':',
  );
  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      const path = segments.join('/');
      const plain = withoutSlashes(ROUTES, path);
      if (plain === undefined) return;
      const { host, pathname } = new URL(plain, 'https://api.example');
      expect([host, pathname]).toEqual(['api.example', plain]);
      expect(methodsOf(ROUTES, decodeURIComponent(plain))).not.toEqual([]);
    }),
    { numRuns: runs(2000) },
  );
});

it.each<[string, string, string | undefined]>([
  ['GET', '/v1/event', 'GET /v1/events'],
  ['POST', '/v1/event', 'POST /v1/events'],
  ['PUT', '/v1/event', 'POST /v1/events'],
  ['POST', '/events', 'POST /v1/events'],
  ['POST', '/api/v1/events', 'POST /v1/events'],
  ['POST', '/v2/events/batch', 'POST /v1/events/batch'],
  ['POST', '/v1/messages', 'POST /v1/events'],
  ['POST', '/v1/webhooks', 'POST /v1/subscriptions'],
  ['GET', '/v1/endpoints/', 'GET /v1/targets'],
  ['GET', '/v1/subscription/sub_1/delivery', 'GET /v1/subscriptions/{id}/deliveries'],
  ['GET', '/v1/deadletters', 'GET /v1/dead-letters'],
  ['POST', '/log', 'POST /v1/logs'],
  ['GET', '/healthz', 'GET /health'],
  ['GET', '/v1/swagger.json', 'GET /v1/openapi.json'],
  ['GET', '/nothing', undefined],
  ['GET', '/wp-login.php', undefined],
  ['GET', '/', undefined],
  ['GET', '/v1', undefined],
  ['GET', '/.env', undefined],
  ['GET', `/${'v1/'.repeat(5000)}`, undefined],
])('%s %.40s: %s is near (D8)', (method, path, name) =>
  expect(nearestRoute(Object.values<Route>(ALL), method, path)).toBe(name),
);
