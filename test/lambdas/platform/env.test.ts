import { afterEach, describe, expect, it, vi } from 'vitest';
import { requireEnvNumber } from '../../../lambdas/platform/env.ts';
import { checkSettings, settingsOf } from '../../../lib/settings/config.ts';

describe('a number from the environment', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([0, 24, 168])('takes an overlap of %d hours, as the settings do', (hours) => {
    const { secretOverlapHours } = checkSettings('test', { ...settingsOf('dev'), secretOverlapHours: hours });
    vi.stubEnv('SECRET_OVERLAP_HOURS', String(secretOverlapHours));
    expect(requireEnvNumber('SECRET_OVERLAP_HOURS')).toBe(hours);
  });

  it.each([-1, 169, 1.5])('the settings refuse an overlap of %d hours', (hours) => {
    const settings = { ...settingsOf('dev'), secretOverlapHours: hours };
    expect(() => checkSettings('test', settings)).toThrow('secretOverlapHours');
  });

  it.each(['', '-1', 'x', 'NaN'])('refuses %j', (text) => {
    vi.stubEnv('SECRET_OVERLAP_HOURS', text);
    expect(() => requireEnvNumber('SECRET_OVERLAP_HOURS')).toThrow('SECRET_OVERLAP_HOURS');
  });
});
