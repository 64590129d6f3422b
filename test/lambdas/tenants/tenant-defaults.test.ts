import { expect, it } from 'vitest';
import {
  DEFAULT_LIMITS,
  FIRST_TENANT,
  firstTenant,
  limitsOf,
  requestSettings,
} from '../../../lambdas/tenants/tenant-defaults.ts';
import { ulidOf } from '../../../lambdas/values/ids.ts';

const tenant = firstTenant('2026-01-31T12:00:00.000Z');

it('knows the first tenant before anybody has made it', () => {
  expect(tenant).toMatchObject({ id: FIRST_TENANT, name: 'First tenant', revision: 1 });
  expect(ulidOf('ten', FIRST_TENANT)).toBeDefined();
});

it.each([
  [undefined, DEFAULT_LIMITS],
  [{ keys: 3 }, { ...DEFAULT_LIMITS, keys: 3 }],
])('a tenant with limits %o has the defaults for the rest', (limits, expected) => {
  expect(limitsOf({ limits })).toEqual(expected);
});

it('says what concerns each request of a tenant', () => {
  expect(requestSettings(tenant)).toEqual({ schemaCheck: 'off', maxPayloadBytes: 4_500_000 });
  const own = { schemaCheck: 'warn', limits: { payloadBytes: 1000 }, logRetentionHours: 48 } as const;
  expect(requestSettings({ ...tenant, ...own })).toEqual({
    schemaCheck: 'warn',
    maxPayloadBytes: 1000,
    keepSeconds: 172_800,
  });
});
