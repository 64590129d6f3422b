import { describe, expect, it } from 'vitest';
import { isFailure, observationOf } from '../../../lambdas/endpoint-health/observation.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';

const AT = 1_795_000_000_000;
const attempt = (about: Partial<Attempt>): Attempt => ({ at: AT, ms: 10, ...about });

describe('what attempts say of a target', () => {
  it.each<[string, Partial<Attempt>, object]>([
    ['200', { status: 200 }, { ok: 1 }],
    ['302, which is never followed', { status: 302 }, { failed: 1 }],
    ['404', { status: 404 }, { rejected: 1 }],
    ['408', { status: 408 }, { failed: 1 }],
    ['410', { status: 410 }, { rejected: 1, isGone: true }],
    ['500', { status: 500 }, { failed: 1 }],
    ['no answer', { error: 'refused' }, { failed: 1 }],
    ['no answer in time', { error: 'timeout', ms: 15_000 }, { failed: 1, isSlow: true }],
    ['one cut in a fast lane', { error: 'timeout', ms: 2000, uncounted: true }, { silent: 1, isSlow: true }],
    ['no answer to a probe', { error: 'refused', uncounted: true }, { failed: 1 }],
    ['an answer just in time', { status: 200, ms: 2000 }, { ok: 1 }],
    ['a late answer', { status: 200, ms: 2001 }, { ok: 1, isSlow: true }],
    ['an address that is none of the public', { error: 'forbidden_address' }, { rejected: 1 }],
    ['429', { status: 429 }, { failed: 1, pauseUntil: AT + 1010 }],
    ['429 with a time', { status: 429, retryAfterMs: 30_000 }, { failed: 1, pauseUntil: AT + 30_010 }],
    ['503 with a time', { status: 503, retryAfterMs: 30_000 }, { failed: 1, pauseUntil: AT + 30_010 }],
    ['503 with a day', { status: 503, retryAfterMs: 86_400_000 }, { failed: 1, pauseUntil: AT + 900_010 }],
    ['500 with a time', { status: 500, retryAfterMs: 30_000 }, { failed: 1 }],
  ])('%s', (_, about, expected) => {
    const nothing = { ok: 0, failed: 0, rejected: 0, silent: 0, isSlow: false, isGone: false };
    const { lastFailure, ...seen } = observationOf([attempt(about)]);
    expect(seen).toEqual({ ...nothing, ...expected });
    expect(Boolean(lastFailure)).toBe(seen.failed + seen.rejected > 0);
  });

  it.each<[string, Partial<Attempt>[], object | undefined]>([
    ['a status', [{ status: 503 }], { at: AT, status: 503 }],
    ['a refusal', [{ status: 401 }], { at: AT, status: 401 }],
    ['no answer', [{ error: 'refused' }], { at: AT, error: 'refused' }],
    [
      'the last of several',
      [{ status: 500 }, { at: AT + 1, error: 'dns' }, { status: 200 }],
      { at: AT + 1, error: 'dns' },
    ],
    ['none of a success', [{ status: 200 }], undefined],
    ['none of a request that a fast lane has cut', [{ error: 'timeout', uncounted: true }], undefined],
  ])('the last failure is remembered: %s', (_, attempts, expected) => {
    expect(observationOf(attempts.map(attempt)).lastFailure).toEqual(expected);
  });

  it('adds up, and heeds the longest pause', () => {
    const pauses = [1000, 5000, 2000].map((retryAfterMs) => attempt({ status: 429, retryAfterMs }));
    expect(observationOf([...pauses, attempt({ status: 204 })])).toMatchObject({
      ok: 1,
      failed: 3,
      pauseUntil: AT + 5010,
    });
  });

  it.each<[string, Partial<Attempt>, object]>([
    ['a slow one', { status: 200, ms: 2001 }, { ok: 3, isSlow: true, isGone: false }],
    ['a 410', { status: 410 }, { ok: 2, rejected: 1, isSlow: false, isGone: true }],
  ])('sees %s among others', (_, about, expected) => {
    const good = attempt({ status: 200 });
    expect(observationOf([good, attempt(about), good])).toMatchObject(expected);
  });

  it('takes cut requests for silence where there was no answer among them', () => {
    const cut = attempt({ error: 'timeout', ms: 2000, uncounted: true });
    expect(observationOf([cut, cut])).toMatchObject({ silent: 2 });
    for (const answer of [{ status: 200 }, { status: 404 }, { status: 500 }])
      expect(observationOf([cut, attempt(answer), cut])).toMatchObject({ silent: 0, isSlow: true });
  });

  it('distinguishes a failing endpoint from one that refuses', () => {
    expect(isFailure(attempt({ status: 503 }))).toBe(true);
    expect(isFailure(attempt({ status: 403 }))).toBe(false);
    expect(isFailure(attempt({ status: 200 }))).toBe(false);
  });
});
