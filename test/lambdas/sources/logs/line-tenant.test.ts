import { describe, expect, it } from 'vitest';
import { tenantOf } from '../../../../lambdas/sources/logs/line-tenant.ts';
import type { TenantRule } from '../../../../lambdas/sources/logs/logs-source.ts';
import type { JsonObject } from '../../../../lambdas/values/json.ts';

const A = 'ten_0000000000000000000000000A';
const B = 'ten_0000000000000000000000000B';
const listed: TenantRule = { path: 'context.tenant', of: [A] };

describe('tenantOf (A8)', () => {
  it.each<[string, TenantRule, JsonObject | undefined, string]>([
    ['a fixed one', A, undefined, A],
    ['that of the log group', { byLogGroup: { '/shop/app': B } }, undefined, B],
    ['one that the record names', listed, { context: { tenant: A } }, A],
    ['one by a name with dots', listed, { 'context.tenant': A }, A],
    ['any that the record names', { path: 'tenant', of: 'any' }, { tenant: B }, B],
    ['the other, of a plain line', { ...listed, otherwise: B }, undefined, B],
    ['the other, of a record that names none', { ...listed, otherwise: B }, { context: null }, B],
  ])('is %s', (_, rule, json, tenant) => {
    expect(tenantOf(rule, '/shop/app', json)).toEqual({ ok: true, value: tenant });
  });

  it.each<[string, TenantRule, JsonObject | undefined, string]>([
    ['another log group', { byLogGroup: { '/shop/web': B } }, undefined, 'for log group /shop/app'],
    ['a plain line', listed, undefined, 'which is missing'],
    ['one that is not listed', listed, { context: { tenant: B } }, 'that the source allows'],
    [
      'not listed, with another',
      { ...listed, otherwise: A },
      { context: { tenant: B } },
      'that the source allows',
    ],
    ['a number', { path: 'tenant', of: 'any' }, { tenant: 5 }, 'expected the id of a tenant'],
    ['an inherited member', { path: 'constructor.name', of: 'any' }, {}, 'which is missing'],
  ])('is none of %s', (_, rule, json, message) => {
    expect(tenantOf(rule, '/shop/app', json)).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining(message) },
    });
  });
});
