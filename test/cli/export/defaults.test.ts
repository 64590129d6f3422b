import { expect, it } from 'vitest';
import { PRESET_JITTER, RETRY_PRESETS, TARGET_DEFAULTS } from '../../../cli/export/defaults.ts';
import { makerOf } from '../../../lambdas/config/maker.ts';
import { settingsOf, targetFrom } from '../../../lambdas/manage/operations/target-settings.ts';
import { RETRY_PRESETS as OURS } from '../../../lambdas/targets/retry-policy.ts';

it('an export leaves out what the API has anyway', () => {
  const make = makerOf(Buffer.alloc(32), 0);
  const { url, retry, ...defaults } = settingsOf(
    targetFrom({ url: 'https://a.example.com' }, { make, overlapHours: 0 }),
  );
  expect({ ...defaults, retry: 'default' }).toEqual(TARGET_DEFAULTS);
  expect(retry).toEqual(OURS.default);
});

it('an export names schedules as the API does', () => {
  const presets = Object.entries(RETRY_PRESETS).map(([name, schedule]) => [
    name,
    { schedule, jitter: PRESET_JITTER },
  ]);
  expect(Object.fromEntries(presets)).toEqual(OURS);
});
