import { describe, expect, it } from 'vitest';
import { isHeeded, meaningOf } from '../../../lambdas/http-client/verdict.ts';

describe('what an attempt means', () => {
  it.each([
    [{ status: 200 }, 'delivered'],
    [{ status: 204 }, 'delivered'],
    [{ status: 302 }, 'retry'],
    [{ status: 400 }, 'final'],
    [{ status: 408 }, 'retry'],
    [{ status: 410 }, 'gone'],
    [{ status: 425 }, 'retry'],
    [{ status: 429 }, 'throttled'],
    [{ status: 503 }, 'retry'],
    [{ error: 'timeout' }, 'retry'],
    [{ error: 'credentials' }, 'retry'],
    [{ error: 'forbidden_address' }, 'final'],
    [{ error: 'transform' }, 'final'],
    [{ error: 'unsendable' }, 'final'],
    [{}, 'retry'],
  ] as const)('%j', (attempt, meaning) => {
    expect(meaningOf(attempt)).toBe(meaning);
  });

  it('is what its verdict says, whatever the status', () => {
    for (const verdict of ['delivered', 'retry', 'throttled', 'final', 'gone'] as const) {
      expect(meaningOf({ status: 200, verdict })).toBe(verdict);
      expect(meaningOf({ status: 410, verdict })).toBe(verdict);
    }
  });

  it('is a wish for a pause with 429, with 503, and where the verdict says so', () => {
    expect([429, 503].map((status) => isHeeded({ status }))).toEqual([true, true]);
    expect(isHeeded({ status: 500 })).toBe(false);
    expect(isHeeded({ status: 400, verdict: 'throttled' })).toBe(true);
    expect(isHeeded({ status: 429, verdict: 'final' })).toBe(false);
  });
});
