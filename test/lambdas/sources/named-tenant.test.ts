import { expect, it } from 'vitest';
import { tenantBy } from '../../../lambdas/sources/named-tenant.ts';

const A = 'ten_00000000000000000000000001';
const B = 'ten_00000000000000000000000002';

it.each<
  [string, Parameters<typeof tenantBy<{ attribute: string }>>[0], unknown, string | { problem: string }]
>([
  ['is fixed', A, B, A],
  ['is one that is allowed', { attribute: 'tenant', of: [A, B] }, B, B],
  ['is any', { attribute: 'tenant', of: 'any' }, B, B],
  [
    'is none that is allowed',
    { attribute: 'tenant', of: [A] },
    B,
    { problem: 'expected a tenant that the source allows' },
  ],
  [
    'is missing',
    { attribute: 'tenant', of: 'any' },
    undefined,
    { problem: 'expected this field, which is missing' },
  ],
  ['is no text', { attribute: 'tenant', of: 'any' }, 7, { problem: 'expected the id of a tenant' }],
])('the tenant of a record %s', (_, setting, found, expected) => {
  const read = tenantBy(setting, ({ attribute }) => ({ found, field: `attribute ${attribute}` }));
  if (typeof expected === 'string') expect(read).toEqual({ ok: true, value: expected });
  else
    expect(read).toMatchObject({
      ok: false,
      problem: { message: expected.problem, field: 'attribute tenant' },
    });
});
