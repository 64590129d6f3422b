import { describe, expect, it } from 'vitest';
import { RequestProblem } from '../../../lambdas/destinations/kind.ts';
import { kindOf } from '../../../lambdas/destinations/kinds.ts';
import { transformed } from '../../../lambdas/destinations/transformed.ts';
import { type Shaped, withPath } from '../../../lambdas/transform/shaped.ts';

const making = (target: object) =>
  ({
    tenant: 'ten_1',
    target: { id: 'tgt_1', transform: '{}', headers: { 'X-Team': 'a' }, ...target },
    event: { id: 'evt_1', contentType: 'text/plain' },
    url: 'https://example.com/in?key=k',
    body: Buffer.from('{}'),
    described: { id: 'evt_1', headers: { 'content-type': 'text/plain' } },
  }) as never;

const by = (shaped: Shaped) => ({ shape: async () => ({ shaped }) });

describe('what a transformation made (A25)', () => {
  it('goes into the request, before what the target has', async () => {
    const shaped = {
      body: Buffer.from('[1]'),
      contentType: 'application/json',
      headers: { 'x-team': 'b' },
      path: '/x?y=1',
    };
    expect(await transformed(by(shaped), making({}))).toMatchObject({
      body: Buffer.from('[1]'),
      url: 'https://example.com/in/x?key=k&y=1',
      target: { headers: { 'X-Team': 'a', 'x-team': 'b' } },
      described: { headers: { 'content-type': 'application/json' } },
    });
  });

  it('leaves what it did not make, and targets without one', async () => {
    const one = making({});
    expect(await transformed(by({}), one)).toMatchObject({
      body: Buffer.from('{}'),
      described: { headers: { 'content-type': 'text/plain' } },
    });
    const plain = making({ transform: undefined });
    expect(await transformed(by({ body: Buffer.from('x') }), plain)).toBe(plain);
  });

  it('becomes the payload of a preset, which has neither path nor headers', async () => {
    const slack = { kind: 'slack', settings: { webhookUrl: 'https://hooks.slack.com/services/T0/B0/x' } };
    expect(kindOf(slack).takes.has('transform')).toBe(true);
    expect(await transformed(by({ body: Buffer.from('[1]') }), making(slack))).toMatchObject({
      body: Buffer.from('[1]'),
    });
    for (const shaped of [{ path: '/x' }, { headers: { 'x-a': '1' } }])
      await expect(transformed(by(shaped), making(slack))).rejects.toThrow(RequestProblem);
  });

  it('that is a problem sends nothing', async () => {
    const shape = async () => ({ problem: { message: 'it failed' } });
    await expect(transformed({ shape }, making({}))).rejects.toMatchObject({
      why: 'transform',
      message: 'it failed',
    });
  });

  it.each([
    ['https://a.example', '/b', 'https://a.example/b'],
    ['https://a.example/', '/b', 'https://a.example/b'],
    ['https://a.example/v1/', '/b/', 'https://a.example/v1/b/'],
    ['https://a.example/v1?k=1', '/b', 'https://a.example/v1/b?k=1'],
    ['https://a.example/v1', '/b?c=1?d', 'https://a.example/v1/b?c=1?d'],
    ['https://a.example/v1', '/@evil.example', 'https://a.example/v1/@evil.example'],
    ['https://a.example', '/', 'https://a.example/'],
  ])('%s and %s are %s', (url, path, whole) => expect(withPath(url, path)).toBe(whole));
});
