import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameSizes } from '../../../local/http/frame-sizes.ts';
import { verdictOf } from '../../../local/http/handshake.ts';
import { proxyAnswer } from '../../../local/http/socket-response.ts';
import { messageRoute, routeSelection } from '../../../local/http/socket-routes.ts';

describe('the route of a message', () => {
  const keys = ['$connect', '$disconnect', '$default', 'ping', '7'];
  const routes = new Map(keys.map((key) => [key, key]));

  it.each<[string, string]>([
    ['{"action":"ping"}', 'ping'],
    ['{"action":7}', '7'],
    ['{"action":"other"}', '$default'],
    ['{"action":{"ping":1}}', '$default'],
    ['{"action":null}', '$default'],
    ['{}', '$default'],
    ['[]', '$default'],
    ['null', '$default'],
    ['ping', '$default'],
    ['', '$default'],
    ['{"action":"$connect"}', '$default'],
    ['{"action":"$disconnect"}', '$default'],
    ['{"action":"toString"}', '$default'],
  ])('%s goes to %s', (body, expected) => {
    expect(messageRoute(routes, routeSelection('$request.body.action'), body)).toBe(expected);
    expect(messageRoute(routes, routeSelection(`\${request.body.action}`), body)).toBe(expected);
  });

  it('can be selected by a path of several steps, and be none', () => {
    const select = routeSelection('$request.body.head.type');
    expect(messageRoute(routes, select, '{"head":{"type":"ping"}}')).toBe('ping');
    expect(messageRoute(routes, select, '{"head":"x"}')).toBe('$default');
    expect(messageRoute(new Map([['ping', 1]]), select, '{}')).toBeUndefined();
  });

  it.each(['action', '$request.header.action', '$request.body', '$request.body.', '${request.body.a'])(
    'refuses the expression %s',
    (expression) => {
      expect(() => routeSelection(expression)).toThrow('expected $request.body.<name>');
    },
  );
});

describe('the answer of a function', () => {
  it.each<[unknown, ReturnType<typeof proxyAnswer>]>([
    [{ statusCode: 200 }, { status: 200, headers: {}, body: '' }],
    [
      { statusCode: '403', headers: { 'X-A': 1 }, body: 'no' },
      { status: 403, headers: { 'x-a': '1' }, body: 'no' },
    ],
    [
      { statusCode: 200, headers: null, body: null },
      { status: 200, headers: {}, body: '' },
    ],
    [{ body: 'x' }, undefined],
    [{ statusCode: 99 }, undefined],
    [{ statusCode: 200, body: {} }, undefined],
    [{ statusCode: 200, headers: [] }, undefined],
    ['text', undefined],
    [null, undefined],
  ])('%j', (value, expected) => {
    expect(proxyAnswer(JSON.stringify(value))).toEqual(expected);
  });

  it('decides of a connection by its status', () => {
    const returned = (value: object) => verdictOf({ kind: 'returned', payload: JSON.stringify(value) });
    expect(returned({ statusCode: 204 })).toEqual({ kind: 'accepted', subprotocol: undefined });
    expect(returned({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'x' } })).toEqual({
      kind: 'accepted',
      subprotocol: 'x',
    });
    expect(returned({ statusCode: 401 })).toEqual({ kind: 'refused', status: 401 });
    expect(returned({})).toEqual({ kind: 'refused', status: 502 });
    expect(verdictOf('timeout')).toEqual({ kind: 'refused', status: 504 });
  });
});

describe('the sizes of frames', () => {
  /** A masked text frame, as a client sends it. */
  function frame(size: number): Buffer {
    const header = size < 126 ? [0x80 | size] : [0x80 | (size < 65_536 ? 126 : 127)];
    const extended = Buffer.alloc(size < 126 ? 0 : size < 65_536 ? 2 : 8);
    if (extended.length > 0)
      extended.writeUIntBE(size, extended.length === 8 ? 2 : 0, Math.min(6, extended.length));
    return Buffer.concat([Buffer.from([0x81, ...header]), extended, Buffer.alloc(4 + size, 1)]);
  }

  it('are found however the bytes are cut', () => {
    const size = fc.oneof(fc.nat(130), fc.integer({ min: 65_530, max: 65_540 }));
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(70_000)), (sizes, cuts) => {
        const bytes = Buffer.concat(sizes.map(frame));
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const largestIn = frameSizes();
        const found = edges.slice(1).map((end, index) => largestIn(bytes.subarray(edges[index], end)));
        expect(Math.max(...found)).toBe(Math.max(...sizes));
      }),
    );
  });

  it('are known before the payload has come', () => {
    const largestIn = frameSizes();
    const bytes = frame(40_000);
    expect([...bytes.subarray(0, 8)].map((byte) => largestIn(Buffer.from([byte])))).toEqual([
      0, 0, 0, 0, 0, 0, 0, 40_000,
    ]);
  });
});
