import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { WebhookMessage } from '../../../lambdas/receiver/messages.ts';
import { receive } from '../../../lambdas/receiver/receive.ts';
import { newSecret, publicPartOf, signatureHeaders, signWith } from '../../../lambdas/targets/signature.ts';
import { hmacChallenge } from '../../../lambdas/targets/signature-schemes/shared-secret.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const secret = newSecret('standard', Buffer.alloc(32, 1));
const former = newSecret('standard', Buffer.alloc(32, 2));
const pair = newSecret('ed25519', Buffer.alloc(32, 3));

interface Request {
  readonly id?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly by?: string;
  readonly scheme?: 'standard' | 'ed25519';
  readonly isBase64Encoded?: boolean;
}

function requestOf({ id = 'evt_1', body = '{}', by = secret, scheme = 'standard', ...given }: Request) {
  const { headers = {}, isBase64Encoded = false } = given;
  const bytes = Buffer.from(body);
  const message = { id, timestamp: NOW / 1000, body: bytes };
  return {
    headers: { ...signatureHeaders(scheme, signWith(scheme, [by], message).signatures, message), ...headers },
    body: bytes.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

async function answerTo(request: Request, secrets: readonly string[] = [secret, former]) {
  const queue: WebhookMessage[] = [];
  const deps = {
    now: () => NOW,
    secrets: async () => secrets,
    send: async (messages: readonly WebhookMessage[]) => void queue.push(...messages),
  };
  const { statusCode, body } = await receive(deps, requestOf(request));
  return { statusCode, body: body === undefined ? undefined : JSON.parse(body), queue };
}

describe('a request is answered', () => {
  it('with 202 once its event is in the queue', async () => {
    const { statusCode, queue } = await answerTo({ headers: { 'posthorn-event-type': 'a.b' } });
    expect([statusCode, queue.map(({ id, type }) => [id, type])]).toEqual([202, [['evt_1', 'a.b']]]);
  });

  it('with 202 when its body is no text, and came in base64', async () => {
    const body = Uint8Array.from([0, 255, 128]);
    const { statusCode, queue } = await answerTo({ body, isBase64Encoded: true });
    expect([statusCode, queue[0]!.payload]).toEqual([202, { base64: Buffer.from(body).toString('base64') }]);
  });

  it.each<[string, Request, number, string]>([
    ['a wrong signature', { by: newSecret('standard', Buffer.alloc(32, 9)) }, 401, 'unverified'],
    ['a header that was changed', { headers: { 'webhook-id': 'evt_2' } }, 401, 'unverified'],
    [
      'an encoding that Posthorn does not use',
      { headers: { 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
    ],
    ['a batch that is none', { id: 'bat_1', headers: { 'posthorn-batch': '1' } }, 400, 'invalid_request'],
  ])('with an error and nothing in the queue: %s', async (_, request, status, error) => {
    expect(await answerTo(request)).toMatchObject({ statusCode: status, body: { error }, queue: [] });
  });

  it('with 413 when its event is too large for SQS, however compressed', async () => {
    const noise = Buffer.alloc(1_100_000);
    for (let at = 0; at < noise.length; at += 32)
      createHash('sha256').update(String(at)).digest().copy(noise, at);
    expect(await answerTo({ body: noise, isBase64Encoded: true })).toMatchObject({
      statusCode: 413,
      queue: [],
    });
  });

  it('by an error where the queue does not take it, so that API Gateway answers 500', async () => {
    const deps = {
      now: () => NOW,
      secrets: async () => [secret],
      send: () => Promise.reject(new Error('no queue')),
    };
    await expect(receive(deps, requestOf({}))).rejects.toThrow('no queue');
  });
});

describe('a challenge', () => {
  const challenge = { id: 'chl_1', body: '{"type":"posthorn.challenge","challenge":"01M7"}' };

  it.each([
    ['the new secret', secret],
    ['the old one, while it still signs', former],
  ])('is answered with the proof by %s, and is no event', async (_, by) => {
    const { statusCode, body, queue } = await answerTo({ ...challenge, by });
    expect(statusCode).toBe(200);
    expect(hmacChallenge.answers('01M7', [by])).toContain(body.response);
    expect(queue).toEqual([]);
  });

  it('is returned to a target that signs with a key pair', async () => {
    const { body } = await answerTo({ ...challenge, by: pair, scheme: 'ed25519' }, [
      publicPartOf('ed25519', pair)!,
    ]);
    expect(body).toEqual({ response: '01M7' });
  });

  it('is refused when its signature is wrong', async () => {
    const by = newSecret('standard', Buffer.alloc(32, 9));
    expect(await answerTo({ ...challenge, by })).toMatchObject({ statusCode: 401 });
  });

  it.each([
    ['its id is an event’s', { ...challenge, id: 'evt_1' }],
    ['its type is another', { ...challenge, body: '{"type":"order","challenge":"01M7"}' }],
    ['it holds no challenge', { ...challenge, body: '{"type":"posthorn.challenge"}' }],
    ['it is no JSON', { ...challenge, body: 'hello' }],
  ])('is an event like others when %s', async (_, request) => {
    expect(await answerTo(request)).toMatchObject({ statusCode: 202, queue: [{ id: request.id }] });
  });
});
