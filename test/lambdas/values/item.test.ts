import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { API_KEY } from '../../../lambdas/access/api-key-entity.ts';
import { EVENT_TYPE, FILTER, SUBSCRIPTION } from '../../../lambdas/config/entities.ts';
import { HEALTH } from '../../../lambdas/endpoint-health/health.ts';
import { ANYTHING } from '../../../lambdas/hold-queue/held-items.ts';
import { JOB } from '../../../lambdas/replay/replay-job.ts';
import { TARGET } from '../../../lambdas/targets/target.ts';
import { TENANT } from '../../../lambdas/tenants/tenant.ts';
import { type ItemKind, readItem } from '../../../lambdas/values/item.ts';
import { runs } from '../../helpers/runs.ts';
import { withUnknown } from '../../helpers/unknown-fields.ts';

const entity = { id: 'x', createdAt: '2026-11-21T10:00:00Z', updatedAt: '2026-11-21T10:00:00Z', revision: 1 };

/** One of each kind with all that it must have, and what it may have beside that. */
const KINDS: [ItemKind<unknown>, { required: Record<string, unknown>; optional: Record<string, unknown> }][] =
  [
    [
      TARGET,
      {
        required: {
          ...entity,
          url: 'https://example.com',
          signature: 'standard',
          secrets: [{ value: 'whsec_a', createdAt: '' }],
          retry: { schedule: [1, 2], jitter: 0.2 },
          timeoutMs: 5000,
          active: true,
        },
        optional: {
          name: 'a',
          rateLimit: { perSecond: 1 },
          batching: { maxEvents: 2, maxSeconds: 1 },
          challenge: { token: 't', at: '' },
          retryClientErrors: true,
          owner: 'sub_1',
          deletedAt: '',
          description: 'd',
        },
      },
    ],
    [
      FILTER,
      {
        required: { ...entity, events: ['a.*'], active: true },
        optional: { where: { data: { n: [1] } }, jsonpath: '$.a', during: { timeZone: 'UTC' } },
      },
    ],
    [SUBSCRIPTION, { required: { ...entity, targetId: 't', filterId: 'f', active: true }, optional: {} }],
    [EVENT_TYPE, { required: { ...entity, version: '1', deprecated: false }, optional: { schema: '{}' } }],
    [
      TENANT,
      { required: { ...entity, name: 'n', schemaCheck: 'off' }, optional: { limits: { targets: 1 } } },
    ],
    [
      API_KEY,
      {
        required: { ...entity, name: 'n', scopes: ['read'], secrets: [{ hash: 'h', createdAt: '' }] },
        optional: { expiresAt: '' },
      },
    ],
    [
      HEALTH,
      {
        required: { failed: 0, ok: 1, countedSince: 5, revision: 2 },
        optional: {
          open: { since: 1, probes: 0 },
          disabled: { at: 1, reason: 'gone' },
          pausedUntil: 4,
          collects: true,
        },
      },
    ],
    [
      JOB,
      {
        required: {
          id: 'j',
          revision: 1,
          tenant: 't',
          action: 'send',
          selection: { kind: 'all', subscription: 's', from: 1, to: 2 },
          state: 'running',
          page: 0,
          looked: 0,
          done: 0,
          skipped: { not_dead: 1 },
          createdAt: 1,
          updatedAt: 1,
        },
        optional: { problem: 'p', cursor: 'c', busyUntil: 3 },
      },
    ],
  ];

const cases = KINDS.map(([kind, parts]) => ({ what: kind.what, kind, ...parts }));
const fields = cases.flatMap(({ what, kind, required }) =>
  Object.keys(required).map((field) => ({ what, kind, required, field })),
);
const optionalFields = cases.flatMap(({ what, kind, required, optional }) =>
  Object.keys(optional).map((field) => ({ what, kind, required, field })),
);

const fieldsOf = ({ schema }: ItemKind<unknown>): string[] =>
  Object.keys((schema as unknown as { def: { shape: object } }).def.shape);

/** What no field of an item is. */
const SECRET = 'whsec_never-to-be-shown';
const WRONG = [null, { [SECRET]: SECRET }, [[SECRET]], Symbol.for('none')];

describe.each(cases)('an item: $what', ({ kind, required, optional }) => {
  it('is read as it is, with fields that nobody knows at any depth', () => {
    const whole = { ...required, ...optional };
    // A field that the kind knows, and this item lacks, can't be any value.
    const lacking = fieldsOf(kind).filter((field) => !Object.hasOwn(whole, field));
    fc.assert(
      fc.property(withUnknown(whole), (item) => {
        fc.pre(lacking.every((field) => !Object.hasOwn(item, field)));
        expect(readItem(kind, item)).toEqual({ ok: true, value: item });
      }),
      { numRuns: runs(50) },
    );
  });

  it('is read without what it need not have, and with the version that there is', () => {
    expect(readItem(kind, required)).toEqual({ ok: true, value: required });
    for (let v = 1; v <= kind.version; v++) expect(readItem(kind, { ...required, v }).ok).toBe(true);
  });

  it('is refused when its version is newer, whatever it holds', () => {
    const newer = kind.version + 1;
    expect(readItem(kind, { ...required, v: newer })).toEqual({
      ok: false,
      problem: `expected version ${kind.version} at most, got ${newer}`,
      isNewer: true,
    });
    expect(readItem(kind, { v: newer })).toMatchObject({ ok: false, isNewer: true });
    expect(readItem(kind, { ...required, v: '2' })).toMatchObject({ ok: false, isNewer: false });
  });
});

it('an item of a kind that takes any version is read whatever its version is', () => {
  for (const v of [undefined, 'x', 2n, 7]) expect(readItem(ANYTHING, { v }).ok).toBe(true);
});

describe('a field that is not as it has to be', () => {
  it.each(fields)('$what: $field is missed', ({ kind, required, field }) => {
    const { [field]: _, ...rest } = required;
    const read = readItem(kind, rest);
    expect(read).toMatchObject({ ok: false, isNewer: false });
    expect(!read.ok && read.problem).toMatch(new RegExp(`^${field}[.:]`));
  });

  it.each([...fields, ...optionalFields])(
    '$what: $field is named, and what it holds is not',
    ({ kind, required, field }) => {
      // A list of texts holds no lists, and an object no field that it needs: each of these is wrong for some fields.
      const reads = WRONG.map((wrong) => readItem(kind, { ...required, [field]: wrong }));
      const refused = reads.filter((read) => !read.ok);
      expect(refused.length).toBeGreaterThan(1);
      for (const { problem } of refused) {
        expect(problem).toMatch(new RegExp(`^${field}\\b`));
        expect(problem).toMatch(/expected /);
        expect(problem).not.toContain(SECRET);
      }
    },
  );

  it.each(['headers', 'regions', 'metadata'])("of a target's %s is not named", (field) => {
    const [, { required }] = KINDS[0]!;
    const read = readItem(TARGET, { ...required, [field]: { [SECRET]: 1 } });
    expect(read).toMatchObject({ ok: false, problem: `${field}: expected an object of strings` });
  });
});
