import { describe, expect, it } from 'vitest';
import type { Auth } from '../../../../lambdas/destinations/http/auth.ts';
import { type HttpSettings, http } from '../../../../lambdas/destinations/http/http.ts';
import { createTokens } from '../../../../lambdas/destinations/http/tokens.ts';
import { send } from '../../../../lambdas/destinations/send.ts';
import { ANY_PORT } from '../../../../lambdas/http-client/ports.ts';
import { meaningOf } from '../../../../lambdas/http-client/verdict.ts';
import { describeEvent } from '../../../../lambdas/targets/request-headers.ts';
import type { Target } from '../../../../lambdas/targets/target.ts';
import { type Answer, createEngine } from '../../../builders/engine.ts';
import { NOW, nthDelivery, targetOf } from '../../../builders/nth-delivery.ts';

const BASIC: Auth = { type: 'basic', username: 'ada', password: 'pass:wörd' };
const BEARER: Auth = { type: 'bearer', token: 's3cret' };
const HEADER: Auth = { type: 'header', name: 'X-Api-Key', value: 's3cret key' };
const OAUTH: Auth = {
  type: 'oauth2',
  tokenUrl: 'https://id.example/token',
  clientId: 'id',
  clientSecret: 's3cret',
};
const ALLOWED = { http: false, privateAddresses: false, ports: ANY_PORT };

/** Sends an event as often as there are answers. */
async function sendTo(settings: HttpSettings, answers: Answer[] = [200], about: Partial<Target> = {}) {
  const { deps, requests } = createEngine({ answers });
  const target = targetOf({ kind: 'http', settings, headers: { 'X-Team': 'ours' }, ...about });
  const { event } = nthDelivery(1);
  const attempts = [];
  for (const _ of answers) {
    const described = describeEvent(event, 1);
    const body = Buffer.from('{}');
    const toSend = {
      tenant: 't',
      target,
      url: target.url,
      event,
      described,
      body,
      at: NOW,
      timeoutMs: 15_000,
    };
    attempts.push(await send(deps, toSend));
  }
  return { attempts, requests };
}

describe('targets of kind http (A25)', () => {
  it.each<[string, Auth, string, string]>([
    ['basic', BASIC, 'authorization', `Basic ${Buffer.from('ada:pass:wörd').toString('base64')}`],
    ['bearer', BEARER, 'authorization', 'Bearer s3cret'],
    ['a header', HEADER, 'x-api-key', 's3cret key'],
    ['a token', OAUTH, 'authorization', 'Bearer token'],
  ])('send %s beside what webhooks send', async (_, auth, name, value) => {
    const { requests, attempts } = await sendTo({ method: 'PATCH', auth });
    const [{ method, headers }] = requests as [(typeof requests)[0]];
    expect(method).toBe('PATCH');
    expect(headers).toMatchObject({
      'x-team': 'ours',
      [name]: value,
      'webhook-signature': expect.any(String),
    });
    expect(attempts[0]!.sent).toMatchObject({ method: 'PATCH', by: { headers: `x-team ${name}` } });
    expect(attempts[0]!.sent).not.toHaveProperty('kind');
  });

  it('post without a word, where they have no settings', async () => {
    const { requests, attempts } = await sendTo({});
    expect(requests[0]).not.toHaveProperty('method');
    expect(attempts[0]!.sent).not.toHaveProperty('method');
  });

  it.each<[string, Auth, string]>([
    ['basic', BASIC, `${Buffer.from('ada:pass:wörd').toString('base64')}, ada and pass:wörd`],
    ['bearer', BEARER, 'got Bearer s3cret'],
    ['a header', HEADER, 'got s3cret key'],
    ['a token', OAUTH, 'got Bearer token'],
  ])('keep nothing of %s, also when the endpoint repeats it', async (_, auth, answer) => {
    const { attempts } = await sendTo({ auth }, [{ status: 200, answer }]);
    const kept = JSON.stringify(attempts);
    for (const credential of ['s3cret', 'pass:wörd', 'YWRh', 'Bearer token'])
      expect(kept).not.toContain(credential);
    expect(attempts[0]!.answer).toContain('[hidden]');
  });

  it('keep nothing of what readers do not see of a target: its headers’ values and its URL’s query', async () => {
    const answer =
      '{"path": "/hook?key=query-s3cret", "headers": {"x-key": "header-s3cret", "x-mode": "fast"}}';
    const about = {
      url: 'https://a.example/hook?key=query-s3cret',
      headers: { 'X-Key': 'header-s3cret', 'X-Mode': 'fast' },
    };
    for (const kind of ['http', undefined]) {
      const { attempts } = await sendTo({}, [{ status: 404, answer }], { ...about, kind });
      expect(attempts[0]!.answer).toBe(
        '{"path": "/hook?key=[hidden]", "headers": {"x-key": "[hidden]", "x-mode": "fast"}}',
      );
    }
  });

  it('send at once again with a new token, once theirs is refused', async () => {
    const numbered = (count: number) => ({ access_token: `token-${count}` });
    let count = 0;
    const { deps, requests } = createEngine({ answers: [200, 401, 200, 401, 401, 401] });
    const tokens = createTokens({
      askForJson: async () => ({ kind: 'answered', status: 200, body: numbered(++count) }),
      now: deps.now,
    });
    const statuses: unknown[] = [];
    const target = targetOf({ kind: 'http', settings: { auth: OAUTH } });
    const { event } = nthDelivery(1);
    for (let n = 0; n < 4; n++) {
      const described = describeEvent(event, 1);
      const body = Buffer.of();
      const toSend = { tenant: 't', target, url: target.url, event, described, body, at: NOW, timeoutMs: 1 };
      statuses.push((await send({ ...deps, tokens }, toSend)).status);
    }
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      // An attempt of two requests.
      ...['Bearer token-1', 'Bearer token-2'],
      // Both are refused, and so is the next one, which was never used.
      ...['Bearer token-2', 'Bearer token-3'],
      'Bearer token-4',
    ]);
    expect(statuses).toEqual([200, 200, 401, 401]);
  });

  it('take a refusal of other credentials as final', async () => {
    const { attempts } = await sendTo({ auth: BASIC }, [401]);
    expect(attempts.map(meaningOf)).toEqual(['final']);
  });

  it('say why there is no token, and send nothing', async () => {
    const { deps, requests } = createEngine();
    const tokens = createTokens({
      askForJson: async () => ({ kind: 'answered', status: 401, body: { error: 'invalid_client' } }),
      now: deps.now,
    });
    const target = targetOf({ kind: 'http', settings: { auth: OAUTH } });
    const { event } = nthDelivery(1);
    const described = describeEvent(event, 1);
    const body = Buffer.of();
    const toSend = { tenant: 't', target, url: target.url, event, described, body, at: NOW, timeoutMs: 1 };
    const attempt = await send({ ...deps, tokens }, toSend);
    const detail = 'the token endpoint answered 401 invalid_client';
    expect(attempt).toEqual({ at: NOW, ms: 0, error: 'credentials', detail });
    expect(meaningOf(attempt)).toBe('retry');
    expect(requests).toEqual([]);
  });

  it.each<[string, Auth, Record<string, string>, object | undefined]>([
    ['another header', BEARER, { 'X-Team': 'a' }, undefined],
    [
      'the header that a token is in',
      BEARER,
      { AUTHORIZATION: 'a' },
      {
        field: 'auth',
        message: "expected no header authorization among the target's headers: this makes it",
      },
    ],
    [
      'the header of its own',
      HEADER,
      { 'x-api-KEY': 'a' },
      { field: 'auth', message: expect.stringContaining('x-api-key') },
    ],
  ])('may have %s', (_, auth, headers, problem) => {
    expect(http.problem!({ auth }, ALLOWED, { headers })).toEqual(problem);
  });

  it.each<[string, Auth, string, string]>([
    [
      'a header of ours',
      { type: 'header', name: 'Webhook-Id', value: 'a' },
      'auth.name',
      'this header is set by Posthorn or belongs to the connection',
    ],
    [
      'a token endpoint without TLS',
      { ...OAUTH, tokenUrl: 'http://id.example/token' },
      'auth.tokenUrl',
      'expected an https URL, got http://',
    ],
    [
      'a token endpoint in the network',
      { ...OAUTH, tokenUrl: 'https://10.0.0.1/token' },
      'auth.tokenUrl',
      'expected a public address: 10.0.0.1 is private',
    ],
    [
      'a query of the token endpoint',
      { ...OAUTH, tokenUrl: 'https://id.example/token?key=1' },
      'auth.tokenUrl',
      'expected no query: `parameters` are sent in the form',
    ],
    [
      'another grant',
      { ...OAUTH, parameters: { grant_type: 'password' } },
      'auth.parameters.grant_type',
      'expected another name: this field has a setting, or is fixed',
    ],
  ])('refuse %s', (_, auth, field, message) => {
    expect(http.problem!({ auth }, ALLOWED, {})).toEqual({
      field,
      message: expect.stringContaining(message),
    });
  });
});
