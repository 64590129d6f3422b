import { describe, expect, it } from 'vitest';
import { failureClassText, failureText } from '../../../console/parts/failure-words.ts';
import { healthReason, needsAttention, troubledSince } from '../../../console/parts/health-words.ts';

describe('a failure', () => {
  it.each([
    [{ statusCode: 503 }, '503 unavailable'],
    [{ statusCode: 599 }, '599'],
    [{ error: 'timeout' }, 'no answer in time'],
    [{ error: 'new-kind' }, 'new-kind'],
    [{}, 'no answer'],
    [{ statusCode: 500, error: 'timeout' }, '500 server error'],
  ])('%j reads %j', (failure, text) => expect(failureText(failure)).toBe(text));

  it('is named by its class', () => {
    expect(failureClassText('5xx')).toBe('answers 5xx');
    expect(failureClassText('dns')).toBe('the name could not be resolved');
  });
});

describe('how an endpoint does', () => {
  const health = { state: 'open', attempts: 50, attemptSuccessRate: 0.14, waiting: 3 } as const;

  it('says why it is in trouble', () => {
    const lastFailure = { at: '2026-11-27T14:00:00Z', statusCode: 503 };
    expect(healthReason({ ...health, lastFailure })).toBe(
      '503 unavailable, 43 of 50 attempts failed in the last hour',
    );
  });

  it('gives no reason where there is none', () => {
    expect(healthReason({ ...health, state: 'healthy' })).toBeUndefined();
    expect(healthReason({ ...health, attempts: 0, attemptSuccessRate: null })).toBeUndefined();
  });

  it('tells a slow one from one that fails', () => {
    expect(healthReason({ ...health, state: 'slow', attemptSuccessRate: 1 })).toBe(
      'slow to answer, so its deliveries go apart from the others',
    );
  });

  it('knows who needs attention, and since when', () => {
    expect(needsAttention({ ...health, state: 'idle' })).toBe(false);
    expect(needsAttention(health)).toBe(true);
    expect(troubledSince({ ...health, failingSince: 'b' })).toBe('b');
    expect(troubledSince({ ...health, troubledSince: 'a', failingSince: 'b' })).toBe('a');
  });
});
