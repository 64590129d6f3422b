import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../../lambdas/listeners/limits.ts';
import { messageOf } from '../../../lambdas/listeners/socket-request.ts';

const relayed = (body: Buffer, headers: Readonly<Record<string, string | undefined>> = {}) => ({
  id: 'req_1',
  listener: 'lsn_1',
  until: Date.parse('2026-11-28T12:00:15.000Z'),
  headers: { 'webhook-id': 'evt_1', ...headers },
  body,
});

describe('what a listener is sent (E6)', () => {
  it('is the request, as it was posted', () => {
    const bytes = Buffer.from([0, 255, 10, 0xc3, 0x28]);
    const headers = {
      'content-type': 'application/octet-stream',
      'posthorn-attempt': '2',
      'ce-id': '1',
      traceparent: '00-1',
      host: 'api',
      'content-length': '5',
      'x-forwarded-for': '10.0.0.1',
      'x-amzn-trace-id': 'Root=1',
    };
    expect(JSON.parse(messageOf(relayed(bytes, headers)))).toEqual({
      type: 'request',
      id: 'req_1',
      listener: 'lsn_1',
      deadline: '2026-11-28T12:00:15.000Z',
      headers: {
        'webhook-id': 'evt_1',
        'content-type': 'application/octet-stream',
        'posthorn-attempt': '2',
        'ce-id': '1',
        traceparent: '00-1',
      },
      body: bytes.toString('base64'),
    });
  });

  it.each([
    [0, true],
    [20 * 1024, true],
    [MAX_MESSAGE_BYTES, false],
    [4_500_000, false],
  ])('has a body of %i bytes in it: %s', (length, isIn) => {
    const text = messageOf(relayed(Buffer.alloc(length)));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    const { body, bodyOf } = JSON.parse(text);
    expect([body?.length, bodyOf]).toEqual(
      isIn ? [Math.ceil(length / 3) * 4, undefined] : [undefined, 'evt_1'],
    );
  });
});
