/** What the API has where a configuration says nothing, so that an export can leave it out. A test holds it against the API. */

export const TARGET_DEFAULTS: Readonly<Record<string, unknown>> = {
  kind: 'webhook',
  signature: 'standard',
  retry: 'default',
  retryClientErrors: false,
  timeoutSeconds: 15,
  challengeRequired: false,
  active: true,
};

export const EVENT_TYPE_DEFAULTS: Readonly<Record<string, unknown>> = { version: '1', deprecated: false };

export const OTHER_DEFAULTS: Readonly<Record<string, unknown>> = { active: true };

/** Schedules that have a name, in seconds. Each goes with the same jitter. */
export const RETRY_PRESETS: Readonly<Record<string, readonly number[]>> = {
  default: [5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 32_400],
  exponential: [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300],
  steady: [10, 30, 60, 300, 900],
  eager: [1, 5, 12, 25, 60, 600, 3600, 21_600, 43_200],
};
export const PRESET_JITTER = 0.2;
