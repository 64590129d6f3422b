import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileEdgeFunction } from '../../local/edge/edge-function.ts';
import {
  changedRequest,
  eventRequest,
  type Pairs,
  type ViewerRequest,
} from '../../local/edge/viewer-event.ts';

/** The function as CloudFront would run it. */
function edge(file: string): (request: Partial<ViewerRequest>) => Promise<ViewerRequest> {
  const run = compileEdgeFunction(readFileSync(new URL(`../../lib/edge/${file}`, import.meta.url), 'utf8'));
  const context = {
    distributionDomainName: 'd1.cloudfront.net',
    distributionId: 'E1',
    requestId: 'r',
    ip: '::1',
  };
  return async (part) => {
    const viewer = { method: 'GET', uri: '/v1/events', query: '', headers: [], ...part };
    return changedRequest(viewer, await run(eventRequest(viewer), context));
  };
}

const header = ({ headers }: ViewerRequest, wanted: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1];

describe('session-to-bearer', () => {
  const run = edge('session-to-bearer.js');
  const bearerOf = async (headers: Pairs): Promise<string | undefined> =>
    header(await run({ headers: [['Host', 'hooks.example.com'], ...headers] }), 'authorization');
  const CONSOLE = ['Cookie', 'theme=dark; __Host-posthorn=phs_one; __Host-posthorn-portal=phs_two'] as const;
  const LAPTOP = ['Cookie', 'posthorn=phs_one; posthorn-portal=phs_two'] as const;

  it.each<[string, Pairs, string | undefined]>([
    ['the console’s cookie for the console', [CONSOLE, ['Posthorn-Console', 'console']], 'Bearer phs_one'],
    ['the portal’s cookie for the portal', [CONSOLE, ['posthorn-console', 'portal']], 'Bearer phs_two'],
    ['no cookie without the header', [CONSOLE], undefined],
    ['no cookie for another value of it', [CONSOLE, ['Posthorn-Console', 'constructor']], undefined],
    ['no credential without a cookie', [['Posthorn-Console', 'console']], undefined],
    [
      'no cookie over a credential',
      [CONSOLE, ['Posthorn-Console', 'console'], ['Authorization', 'Bearer phk_mine']],
      'Bearer phk_mine',
    ],
    ['no plain name in AWS', [LAPTOP, ['Posthorn-Console', 'console']], undefined],
    [
      'no cookie that is no session',
      [
        ['Cookie', '__Host-posthorn=phk_key'],
        ['Posthorn-Console', 'console'],
      ],
      undefined,
    ],
    [
      'no cookie that holds more than a session',
      [
        ['Cookie', '__Host-posthorn=phs_a, Bearer b'],
        ['Posthorn-Console', 'console'],
      ],
      undefined,
    ],
  ])('takes %s', async (_, headers, bearer) => expect(await bearerOf(headers)).toBe(bearer));

  it.each(['127.0.0.1:8081', 'localhost'])('takes the plain name at %s', async (host) => {
    const headers: Pairs = [['Host', host], LAPTOP, ['Posthorn-Console', 'portal']];
    expect(header(await run({ headers }), 'authorization')).toBe('Bearer phs_two');
  });

  it('hands on no cookie, and the rest as it came', async () => {
    const request = { method: 'POST', uri: '/v1/a%2Fb', query: 'q=%7B&q=1&x', headers: [CONSOLE] as Pairs };
    const after = await run({
      ...request,
      headers: [...request.headers, ['If-Match', '"1"'], ['Host', 'h']],
    });
    expect(header(after, 'cookie')).toBeUndefined();
    expect(header(after, 'if-match')).toBe('"1"');
    expect(after).toMatchObject({ method: 'POST', uri: request.uri, query: request.query });
  });

  it('says at which address the viewer asked, whatever the viewer says', async () => {
    const headers: Pairs = [
      ['Host', 'hooks.example.com'],
      ['X-Forwarded-Host', 'evil.example'],
    ];
    expect(header(await run({ headers }), 'x-forwarded-host')).toBe('hooks.example.com');
  });

  it('never fails, nor makes a credential of anything but a session', async () => {
    const text = fc.string({ unit: 'binary-ascii' }).map((each) => each.replace(/[\r\n\0]/g, ''));
    const cookies = fc.array(fc.tuple(fc.constantFrom('__Host-posthorn', 'posthorn', '__proto__'), text));
    const page = fc.constantFrom('console', 'portal', '__proto__', 'toString', '');
    await fc.assert(
      fc.asyncProperty(cookies, page, async (pairs, value) => {
        const cookie = pairs.map(([name, each]) => `${name}=${each}`).join('; ');
        const bearer = await bearerOf([
          ['Cookie', cookie],
          ['Posthorn-Console', value],
        ]);
        expect(bearer ?? 'Bearer phs_x').toMatch(/^Bearer phs_[\w.~+/=-]+$/);
      }),
    );
  });
});

describe('page-to-index', () => {
  const run = edge('page-to-index.js');

  it.each([
    ['/', '/index.html'],
    ['/events', '/index.html'],
    ['/event-types/payment.failed', '/index.html'],
    ['/portal/endpoints/t_1', '/index.html'],
    ['/deliveries/', '/index.html'],
    ['/favicon.svg', '/favicon.svg'],
    ['/robots.txt', '/robots.txt'],
    ['/index.html', '/index.html'],
  ])('makes of %s %s', async (uri, expected) => expect((await run({ uri })).uri).toBe(expected));
});
