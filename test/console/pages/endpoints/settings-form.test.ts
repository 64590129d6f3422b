import { expect, test } from 'vitest';
import { changesBetween } from '../../../../console/pages/endpoints/settings/change-words.ts';
import {
  PRESET_JITTER,
  PRESETS,
  presetOf,
  readWaits,
  scheduleText,
  waitsText,
} from '../../../../console/pages/endpoints/settings/schedule.ts';
import {
  formOf,
  patchFrom,
  problemsOf,
  type SettingsForm,
  settingsOf,
} from '../../../../console/pages/endpoints/settings/settings-form.ts';
import type { Target } from '../../../../console/pages/endpoints/use-endpoint.ts';
import { RETRY_PRESETS } from '../../../../lambdas/targets/retry-policy.ts';
import { mergePatch } from '../../../../lambdas/values/merge-patch.ts';

const TARGET: Target = {
  id: 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  name: 'Orders',
  kind: 'webhook',
  url: 'https://example.com/hook',
  regions: { 'eu-central-1': 'https://eu.example.com/hook' },
  headers: { 'x-team': '[hidden]', 'x-key': '[hidden]' },
  signature: 'standard',
  retry: { schedule: [...RETRY_PRESETS.steady.schedule], jitter: 0.2 },
  retryClientErrors: false,
  timeoutSeconds: 15,
  rateLimit: { perSecond: 20 },
  challengeRequired: false,
  active: true,
  createdAt: '2026-11-27T12:00:00.000Z',
  updatedAt: '2026-11-27T12:00:00.000Z',
};
const FORM = formOf(TARGET);
const BEFORE = settingsOf(FORM);

const edited = (edits: Partial<SettingsForm>) => settingsOf({ ...FORM, ...edits });

test('the named policies are those of the API', () => {
  for (const [name, { schedule, jitter }] of Object.entries(RETRY_PRESETS)) {
    expect(presetOf({ schedule, jitter }), name).toBe(name);
    expect(jitter).toBe(PRESET_JITTER);
  }
  expect(Object.keys(PRESETS)).toEqual(Object.keys(RETRY_PRESETS));
  expect(presetOf({ schedule: [1], jitter: 0.2 })).toBeUndefined();
});

test('a form that nobody edited changes nothing', () => {
  expect(FORM.preset).toBe('steady');
  expect(patchFrom(BEFORE, settingsOf(FORM))).toEqual({});
  expect(changesBetween(BEFORE, settingsOf(FORM))).toEqual([]);
});

test.each<[string, Partial<SettingsForm>, object]>([
  ['the name is removed', { name: ' ' }, { name: null }],
  ['a transformation', { transform: '{"body": data} ' }, { transform: '{"body": data}' }],
  ['a client certificate', { clientCertificate: 'acme' }, { clientCertificate: 'acme' }],
  ['a limit is removed', { perSecond: '' }, { rateLimit: null }],
  ['a limit is changed', { perSecond: '0.5' }, { rateLimit: { perSecond: 0.5 } }],
  ['what is no number is for the API to refuse', { timeoutSeconds: 'soon' }, { timeoutSeconds: 'soon' }],
  ['the default timeout', { timeoutSeconds: '' }, { timeoutSeconds: null }],
  [
    'one header is added, one removed, one kept',
    {
      headers: [
        { name: 'x-team', value: '[hidden]' },
        { name: ' x-new', value: 'a' },
      ],
    },
    { headers: { 'x-key': null, 'x-new': 'a' } },
  ],
  ['all headers are removed', { headers: [{ name: '', value: 'left over' }] }, { headers: null }],
  ['batches', { isBatching: true }, { batching: { maxEvents: 100, maxSeconds: 5 } }],
  ['another policy', { preset: 'eager' }, { retry: 'eager' }],
  [
    'an own schedule',
    { preset: 'own', waits: '5 s, 2 min', jitter: '0' },
    { retry: { schedule: [5, 120], jitter: 0 } },
  ],
])('a change as a merge patch: %s', (_, edits, patch) => {
  const after = edited(edits);
  expect(patchFrom(BEFORE, after)).toEqual(patch);
  // Read back, the patch makes what the form says.
  expect(mergePatch(structuredClone(BEFORE), patchFrom(BEFORE, after))).toEqual(after);
});

test('a change is said in words before it is saved', () => {
  const after = edited({
    url: 'https://example.com/other',
    preset: 'own',
    waits: '1 min',
    perSecond: '',
    retryClientErrors: true,
    headers: [
      { name: 'x-team', value: 'orders' },
      { name: 'x-key', value: '[hidden]' },
    ],
  });
  expect(changesBetween(BEFORE, after)).toEqual([
    { label: 'URL', before: 'https://example.com/hook', after: 'https://example.com/other' },
    { label: 'Header x-team', before: 'hidden', after: 'orders' },
    {
      label: 'Retries',
      before: 'steady: 6 attempts within 21 min',
      after: 'own: 2 attempts within 1 min, spread by 20 %',
    },
    { label: 'Retry answers of 400 to 499', before: 'no', after: 'yes' },
    { label: 'Rate limit', before: '20 a second', after: 'none' },
  ]);
});

test('what can be seen to be wrong is said at once', () => {
  expect(problemsOf(FORM)).toEqual({});
  expect(problemsOf({ ...FORM, preset: 'own', waits: 'soon' }).retry).toMatch(/^Expected waits/);
  expect(problemsOf({ ...FORM, preset: 'own', jitter: 'x' }).retry).toMatch(/^Expected a spread/);
  const twice = [
    { name: 'x-team', value: 'a' },
    { name: 'X-Team', value: 'b' },
  ];
  expect(problemsOf({ ...FORM, headers: twice }).headers).toBe('x-team stands here twice');
});

test.each([
  ['5 s, 30 s, 2 min', [5, 30, 120]],
  ['5,30', [5, 30]],
  ['1 h 30 min; 500 ms', [5400, 0.5]],
  ['1.5h', [5400]],
  ['', []],
  ['5 s,', undefined],
  ['five', undefined],
  ['5 weeks', undefined],
  ['5 s x', undefined],
  ['-5', undefined],
])('waits are read: %j', (text, seconds) => {
  expect(readWaits(text)).toEqual(seconds);
});

test('a schedule is written as it can be read again', () => {
  for (const schedule of Object.values(PRESETS))
    expect(readWaits(waitsText(schedule))).toEqual([...schedule]);
  const odd = [0, 0.25, 59.5, 725, 3661, 86_400];
  expect(readWaits(waitsText(odd))).toEqual(odd);
  expect(scheduleText([])).toBe('1 attempt');
});
