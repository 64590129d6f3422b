import { describe, expect, it } from 'vitest';
import type { OAuthClient } from '../../../../lambdas/destinations/http/auth.ts';
import { createTokens } from '../../../../lambdas/destinations/http/tokens.ts';
import type { JsonAnswer, JsonRequest } from '../../../../lambdas/http-client/json-client.ts';

const CLIENT: OAuthClient = { tokenUrl: 'https://id.example/token', clientId: 'id', clientSecret: 'secret' };
const REF = { tenant: 't', target: 'tgt_1' };
const wanted = (more: Partial<OAuthClient> = {}, target = REF.target) => ({
  ref: { ...REF, target },
  client: { ...CLIENT, ...more },
  askMs: 15_000,
  waitMs: 15_000,
});

/** Tokens by a clock that stands still, and a server that numbers its tokens. */
function serving(answer: (count: number) => JsonAnswer | Promise<JsonAnswer> = numbered()) {
  const asked: JsonRequest[] = [];
  const clock = { now: 1_000_000 };
  const tokens = createTokens({
    askForJson: async (request) => answer(asked.push(request)),
    now: () => clock.now,
  });
  return { tokens, asked, clock };
}

const ok = (body: object, status = 200): JsonAnswer => ({ kind: 'answered', status, body });
const numbered =
  (expires: object = { expires_in: 3600 }) =>
  (count: number) =>
    ok({ access_token: `token-${count}`, token_type: 'Bearer', ...expires });

describe('tokens of OAuth 2 clients (A25)', () => {
  it('are kept by target and settings', async () => {
    const { tokens } = serving();
    expect(await tokens.tokenFor(wanted())).toEqual({ value: 'token-1', isNew: true });
    expect(await tokens.tokenFor(wanted())).toEqual({ value: 'token-1', isNew: false });
    expect(await tokens.tokenFor(wanted({}, 'tgt_2'))).toEqual({ value: 'token-2', isNew: true });
    expect(await tokens.tokenFor(wanted({ clientSecret: 'changed' }))).toMatchObject({ value: 'token-3' });
    expect(await tokens.tokenFor(wanted({ scope: 'events' }))).toMatchObject({ value: 'token-4' });
    expect(await tokens.tokenFor(wanted())).toMatchObject({ value: 'token-1' });
  });

  it('are asked for once by many deliveries at once', async () => {
    const { tokens, asked } = serving();
    const got = await Promise.all(Array.from({ length: 50 }, () => tokens.tokenFor(wanted())));
    expect(new Set(got.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(asked).toHaveLength(1);
  });

  it.each<[string, object, number]>([
    ['a minute before their end', { expires_in: 3600 }, 3540],
    ['after four fifths of a short life', { expires_in: 60 }, 48],
    ['whose seconds are a text', { expires_in: '60' }, 48],
    ['after four minutes where the server says nothing', {}, 240],
    ['after four minutes where it says nonsense', { expires_in: 'soon' }, 240],
    ['after a day at the latest', { expires_in: 1e9 }, 86_340],
  ])('are renewed %s', async (_, expires, seconds) => {
    const { tokens, clock } = serving(numbered(expires));
    await tokens.tokenFor(wanted());
    clock.now += seconds * 1000 - 1;
    expect(await tokens.tokenFor(wanted())).toMatchObject({ value: 'token-1' });
    clock.now += 1;
    expect(await tokens.tokenFor(wanted())).toMatchObject({ value: 'token-2' });
  });

  it('are thrown away once they are refused, unless a newer one has come', async () => {
    const { tokens } = serving();
    const first = await tokens.tokenFor(wanted());
    tokens.forget(wanted(), first);
    const second = await tokens.tokenFor(wanted());
    expect(second).toEqual({ value: 'token-2', isNew: true });
    tokens.forget(wanted(), first);
    expect(await tokens.tokenFor(wanted())).toEqual({ value: 'token-2', isNew: false });
  });

  it.each<[string, JsonAnswer, string]>([
    [
      'of a wrong secret',
      ok({ error: 'invalid_client', error_description: 's3cret' }, 401),
      'the token endpoint answered 401 invalid_client',
    ],
    ['with a code that no RFC knows', ok({ error: 's3cret' }, 400), 'the token endpoint answered 400'],
    ['of a fault', ok([], 503), 'the token endpoint answered 503'],
    [
      'without a token',
      ok({ s3cret: 1 }),
      'the token endpoint answered without an access_token that a header can hold',
    ],
    [
      'with a token of two lines',
      ok({ access_token: 's3cret\r\nx: y' }),
      'the token endpoint answered without an access_token that a header can hold',
    ],
    [
      'of another type',
      ok({ access_token: 's3cret', token_type: 'mac' }),
      'the token endpoint gave a token of another type than Bearer',
    ],
    [
      'that is none',
      { kind: 'failed', problem: 'refused' },
      'no answer of use from the token endpoint (refused)',
    ],
  ])('an answer %s is a problem of credentials, which is not kept', async (_, answer, message) => {
    const { tokens, asked } = serving(() => answer);
    const problem = await tokens.tokenFor(wanted()).catch((error: unknown) => error);
    expect(problem).toMatchObject({ name: 'RequestProblem', why: 'credentials', message });
    await expect(tokens.tokenFor(wanted())).rejects.toThrow();
    expect(asked).toHaveLength(2);
  });

  it('are waited for no longer than a request may take, and come for the next', async () => {
    const { promise, resolve } = Promise.withResolvers<JsonAnswer>();
    const { tokens, asked } = serving(() => promise);
    const cut = tokens.tokenFor({ ...wanted(), waitMs: 5 });
    const whole = tokens.tokenFor({ ...wanted(), waitMs: 5, askMs: 5 });
    await expect(cut).rejects.toMatchObject({ why: 'timeout', message: 'no token within 5 ms' });
    await expect(whole).rejects.toMatchObject({ why: 'credentials' });
    resolve(ok({ access_token: 'late' }));
    expect(await tokens.tokenFor(wanted())).toMatchObject({ value: 'late' });
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Partial<OAuthClient>, object]>([
    [
      'in the header Authorization, encoded as in a form',
      { clientId: 'an id:ü', clientSecret: 'a+b/c%' },
      {
        headers: { authorization: `Basic ${Buffer.from('an+id%3A%C3%BC:a%2Bb%2Fc%25').toString('base64')}` },
        fields: { grant_type: 'client_credentials' },
      },
    ],
    [
      'in the form',
      { clientAuthentication: 'post' },
      { headers: {}, fields: { grant_type: 'client_credentials', client_id: 'id', client_secret: 'secret' } },
    ],
    [
      'with scope, audience and more',
      { scope: 'a b', audience: 'https://api.example', parameters: { resource: 'r' } },
      {
        fields: {
          grant_type: 'client_credentials',
          scope: 'a b',
          audience: 'https://api.example',
          resource: 'r',
        },
      },
    ],
  ])('say who the client is %s', async (_, client, request) => {
    const { tokens, asked } = serving();
    await tokens.tokenFor(wanted(client));
    expect(asked).toEqual([expect.objectContaining({ url: CLIENT.tokenUrl, timeoutMs: 15_000, ...request })]);
  });
});
