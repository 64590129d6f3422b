import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import {
  challengeEvent,
  combinedVerdict,
  endpointsOf,
  judge,
  type Verdict,
} from '../../../lambdas/targets/challenge.ts';
import { newSecret } from '../../../lambdas/targets/signature.ts';
import type { SignatureScheme } from '../../../lambdas/targets/signature-schemes/names.ts';

const TOKEN = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const NOW = Date.parse('2026-11-21T12:00:00Z');
const bytes = Buffer.alloc(32, 3);
const crc = (secret: string | Uint8Array, token = TOKEN): string =>
  `sha256=${createHmac('sha256', secret).update(token).digest('hex')}`;

const targetOf = (signature: SignatureScheme, ...olds: { value: string; expiresAt: string }[]) => ({
  signature,
  secrets: [{ value: newSecret(signature, bytes) }, ...olds].map((one) => ({ createdAt: '', ...one })),
});
const answered = (status: number, answer?: string): Attempt => ({ at: NOW, ms: 5, status, answer });
const json = (response: unknown): string => JSON.stringify({ response });

describe('the challenge (B11)', () => {
  it('is a small JSON body, named after its token', () => {
    expect(challengeEvent(TOKEN)).toMatchObject({
      id: `chl_${TOKEN}`,
      type: 'posthorn.challenge',
      payload: { text: `{"type":"posthorn.challenge","challenge":"${TOKEN}"}` },
    });
  });

  it.each<[SignatureScheme, string]>([
    ['standard', crc(newSecret('standard', bytes))],
    ['standard', crc(bytes)],
    ['sha256', crc(newSecret('sha256', bytes))],
    ['ed25519', TOKEN],
  ])('is passed in the scheme %s', (scheme, response) => {
    const verdict = judge(targetOf(scheme), TOKEN, answered(200, json(response)), 1, NOW);
    expect(verdict).toEqual({ kind: 'passed' });
  });

  it('is passed with either secret while one is replaced, and not after', () => {
    const target = targetOf('standard', { value: 'old secret', expiresAt: '2026-11-21T12:00:01Z' });
    const answer = answered(204, json(crc('old secret')));
    expect(judge(target, TOKEN, answer, 1, NOW)).toEqual({ kind: 'passed' });
    expect(judge(target, TOKEN, answer, 1, NOW + 2000)).toMatchObject({ kind: 'failed' });
  });

  const secret = newSecret('standard', bytes);
  it.each<[string, string | undefined, string]>([
    ['another token', json(crc(secret, 'x')), 'sha256='],
    ['another secret', json(crc('x')), 'sha256='],
    ['the wrong case', json(crc(secret).toUpperCase()), 'SHA256='],
    ['the token itself', json(TOKEN), TOKEN],
    ['the secret itself', json(secret), 'an answer that holds the secret itself'],
    ['no string', json(7), '7'],
    ['no object', '"x"', 'x'],
    ['null', 'null', 'null'],
    ['no JSON', '<html>', '<html>'],
    ['an inherited field', '{"__proto__":{"response":"x"}}', '__proto__'],
    ['nothing', undefined, 'an empty body'],
    ['very much', 'x'.repeat(2000), '…'],
  ])('is failed by %s, with the problem in words and without the secret', (_, answer, got) => {
    const verdict = judge(targetOf('standard'), TOKEN, answered(200, answer), 1, NOW);
    expect(verdict).toMatchObject({ kind: 'failed', problem: expect.stringContaining(got) });
    const { problem } = verdict as { problem: string };
    expect(problem).toMatch(/^expected the JSON \{"response": "…"\} with sha256= .*; got /);
    expect(problem).not.toContain(secret);
    expect(problem.length).toBeLessThan(500);
  });

  const refused: Attempt = { at: NOW, ms: 1, error: 'refused', detail: 'connect ECONNREFUSED' };
  it.each<[Attempt, number, number | undefined]>([
    [answered(500), 1, 5],
    [answered(503), 2, 30],
    [answered(503), 3, undefined],
    [answered(429), 1, 5],
    [answered(408), 1, 5],
    [refused, 1, 5],
    [{ ...refused, error: 'forbidden_address' }, 1, undefined],
    [refused, 2, 30],
    [refused, 3, undefined],
    [answered(404), 1, undefined],
    [answered(301), 1, undefined],
    [answered(100), 1, undefined],
  ])('%j at try %i: again after %s s', (attempt, tries, delaySeconds) => {
    const verdict = judge(targetOf('standard'), TOKEN, attempt, tries, NOW);
    if (delaySeconds) expect(verdict).toEqual({ kind: 'again', delaySeconds });
    else
      expect(verdict).toMatchObject({
        kind: 'failed',
        problem: expect.stringMatching(/2xx, got (status|no)/),
      });
  });
});

describe('a target with several endpoints (B11)', () => {
  it.each<[string, Record<string, string> | undefined, string[]]>([
    ['no regions', undefined, ['url=https://a']],
    ['another for a region', { eu: 'https://b' }, ['url=https://a', 'regions.eu=https://b']],
    [
      'the same ones',
      { eu: 'https://a', us: 'https://b', ap: 'https://b' },
      ['url=https://a', 'regions.us=https://b'],
    ],
  ])('asks each once: %s', (_, regions, expected) => {
    const endpoints = endpointsOf({ url: 'https://a', regions });
    expect(endpoints.map(({ field, url }) => `${field}=${url}`)).toEqual(expected);
  });

  const passed: Verdict = { kind: 'passed' };
  const again: Verdict = { kind: 'again', delaySeconds: 5 };
  const failed: Verdict = { kind: 'failed', problem: 'expected more' };
  it.each<[string, Verdict[], Verdict]>([
    ['all passed', [passed, passed], passed],
    ['one not yet', [passed, again], again],
    ['one failed', [passed, failed], { kind: 'failed', problem: 'regions.1: expected more' }],
    ['one failed and one not yet', [again, failed], { kind: 'failed', problem: 'regions.1: expected more' }],
  ])('is judged by all of them: %s', (_, verdicts, expected) => {
    const judged = verdicts.map((verdict, index) => ({
      endpoint: { field: `regions.${index}`, url: 'https://a' },
      verdict,
    }));
    expect(combinedVerdict(judged)).toEqual(expected);
  });
});
