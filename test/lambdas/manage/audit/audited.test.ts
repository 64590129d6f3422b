import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAudited, type Route } from '../../../../lambdas/api/route.ts';
import { ROUTES } from '../../../../lambdas/api/routes.ts';
import type { AuditEntry } from '../../../../lambdas/audit/audit-entry.ts';
import type { LiveChange } from '../../../../lambdas/delivery/live-schema.ts';
import { ApiError } from '../../../../lambdas/http/errors.ts';
import { type AuditDeps, audited } from '../../../../lambdas/manage/audit/audited.ts';
import type { ManageDeps } from '../../../../lambdas/manage/deps.ts';
import type { Answer, Call } from '../../../../lambdas/manage/operation.ts';
import { OPERATIONS } from '../../../../lambdas/manage/operations.ts';
import type { ManageRequest } from '../../../../lambdas/manage/request.ts';
import { ulidSource } from '../../../../lambdas/values/ids.ts';
import { freshTimes } from '../../../builders/entities.ts';
import { Fault, failOnce } from '../../../builders/faults.ts';
import { callOf, inMemoryManage, NOW, TENANT } from '../../../builders/manage.ts';
import { printedBy } from '../../../helpers/printed.ts';
import { runs } from '../../../helpers/runs.ts';

type Name = keyof typeof OPERATIONS;
type World = ReturnType<typeof inMemoryManage> & ReturnType<typeof trail>;

/** The trail in memory. */
function trail() {
  const entries: AuditEntry[] = [];
  const administrators: AuditEntry[] = [];
  const told: { tenant: string; changes: readonly LiveChange[] }[] = [];
  const audit: AuditDeps = {
    tellChanges: async (tenant, changes) => void told.push({ tenant, changes }),
    now: () => NOW,
    ulid: ulidSource(() => 0.5),
    async addEntry(entry, { isAdministrators }) {
      entries.push(JSON.parse(JSON.stringify(entry)) as AuditEntry);
      if (isAdministrators) administrators.push(entry);
    },
  };
  return { entries, administrators, told, audit };
}

const world = (): World => ({ ...inMemoryManage(), ...trail() });

const REQUEST = {
  headers: {},
  requestContext: { http: { sourceIp: '203.0.113.7', userAgent: 'curl/8' }, requestId: 'a request' },
} as ManageRequest;

/** Calls an operation as the router does. */
function call(
  { audit, deps }: Pick<World, 'audit' | 'deps'>,
  operation: Name,
  about: Parameters<typeof callOf>[0] = {},
): Promise<Answer> {
  const made = callOf({ request: REQUEST, ...about });
  const run = OPERATIONS[operation] as unknown as (deps: ManageDeps, call: Call) => Promise<Answer>;
  const route: Route = ROUTES[operation];
  return audited(audit, { operation, route, call: made }, deps, (recording) => run(recording, made as Call));
}

const url = 'https://receiver.example/hook';
const make = async (on: World, body: object = {}): Promise<string> =>
  ((await call(on, 'createTarget', { body: { url, ...body } })).body as { id: string }).id;

describe('which routes are audited', () => {
  const ofManage = Object.keys(OPERATIONS).map((name): [string, Route] => [name, ROUTES[name as Name]]);

  it('all that write, and those that show a secret', () => {
    const silent = ofManage.filter(([, route]) => route.method !== 'GET' && !isAudited(route));
    const written = silent.filter(([, { scope }]) => scope !== 'read');
    // They write nothing, and take what a write takes: one tells whether a header has a value that it is given, the other runs what
    // it is given.
    expect(written.map(([name]) => name)).toEqual(['testTransform', 'dryRun']);
    const reading = ofManage.filter(([, route]) => route.method === 'GET' && isAudited(route));
    expect(reading.map(([name]) => name)).toEqual(['getSecrets']);
  });

  it('a new route that writes is, unless its declaration says otherwise', () => {
    const route = { method: 'POST', scope: 'manage' } as Route;
    expect(isAudited(route)).toBe(true);
    expect(isAudited({ ...route, audited: false })).toBe(false);
    expect(isAudited({ ...route, scope: 'read' })).toBe(false);
    expect(isAudited({ ...route, method: 'GET' })).toBe(false);
  });
});

describe('an entry', () => {
  it('says who changed what, when, and from where', async () => {
    const on = world();
    const id = await make(on, { timeoutSeconds: 15 });
    const caller = { ...callOf().caller, credential: 'key_1', credentialName: 'back office' };
    await call(on, 'patchTarget', { id, caller, body: { timeoutSeconds: 5 } });
    expect(on.entries[1]).toEqual({
      ulid: expect.any(String),
      tenant: TENANT,
      operation: 'patchTarget',
      credential: 'key_1',
      credentialName: 'back office',
      address: '203.0.113.7',
      userAgent: 'curl/8',
      requestId: 'a request',
      entities: [
        {
          kind: 'target',
          id,
          action: 'changed',
          fields: [{ field: 'timeoutSeconds', before: 15, after: 5 }],
        },
      ],
    });
  });

  it('lists all that a call made, and all that it removed', async () => {
    const on = world();
    const body = { target: { url }, filter: { events: ['a.b'] } };
    const { id } = (await call(on, 'createSubscription', { body })).body as { id: string };
    await call(on, 'deleteSubscription', { id });
    const listed = on.entries.map(({ entities }) =>
      entities.map(({ kind, action }) => `${action} ${kind}`).sort(),
    );
    expect(listed).toEqual([
      ['created filter', 'created subscription', 'created target'],
      ['removed filter', 'removed subscription', 'removed target'],
    ]);
    const target = on.entries[1]!.entities.find(({ kind }) => kind === 'target')!;
    expect(target.fields).toContainEqual({ field: 'url', before: url });
  });

  it('names the entity of the path where nothing about it has changed', async () => {
    const on = world();
    const id = await make(on);
    await call(on, 'patchTarget', { id, body: {} });
    await call(on, 'getSecrets', { id });
    expect(on.entries.slice(1).map(({ entities }) => entities)).toEqual([
      [{ kind: 'target', id }],
      [{ kind: 'target', id, action: 'shown' }],
    ]);
  });

  it('says that a target which Posthorn had disabled is no longer', async () => {
    const on = world();
    const id = await make(on);
    const ref = { tenant: TENANT, target: id };
    const disabled = { at: NOW, reason: 'gone' } as const;
    await on.deps.health.changeHealth(ref, undefined, () => ({ disabled }) as never);
    await call(on, 'enableTarget', { id });
    expect(on.entries[1]!.entities[0]!.fields).toEqual([
      { field: 'disabled', before: { at: new Date(NOW).toISOString(), reason: 'gone' } },
    ]);
  });

  it('bounds what a client says of itself', async () => {
    const on = world();
    const { requestContext } = REQUEST;
    const userAgent = '😀'.repeat(10_000);
    const request = {
      ...REQUEST,
      requestContext: { ...requestContext, http: { ...requestContext.http, userAgent } },
    };
    await call(on, 'createTarget', { request, body: { url } });
    expect(on.entries[0]!.userAgent).toHaveLength(256);
    expect(on.entries[0]!.userAgent!.isWellFormed()).toBe(true);
  });

  it('is the administrators’ too where a key of another tenant is changed, and in the trail of that tenant', async () => {
    const on = world();
    const other = 'ten_01KAK2V5E4V2N9CR0Q6WV7Z1QB';
    const tenants = {
      readTenant: async () => ({ id: other, name: 'Other', schemaCheck: 'off', ...freshTimes() }),
    };
    const deps = { ...on.deps, tenants } as unknown as World['deps'];
    await call({ ...on, deps }, 'createKey', { body: { name: 'k', scopes: ['read'], tenantId: other } });
    await call(on, 'createKey', { body: { name: 'k', scopes: ['read'] } });
    expect(on.entries.map(({ tenant }) => tenant)).toEqual([other, TENANT]);
    expect(on.administrators.map(({ tenant }) => tenant)).toEqual([other]);
    expect(JSON.stringify(on.entries)).not.toMatch(/phk_/);
  });
});

describe('no entry', () => {
  it('of a call that is refused', async () => {
    const on = world();
    await expect(call(on, 'patchTarget', { id: 'tgt_1', body: {} })).rejects.toThrow(ApiError);
    expect(on.entries).toEqual([]);
  });

  it('of a question', async () => {
    const on = world();
    const body = { filter: { events: ['a'] }, event: { type: 'a', data: 1 } };
    expect((await call(on, 'testFilter', { body })).status).toBe(200);
    expect(on.entries).toEqual([]);
  });

  it('of a change that was taken back', async () => {
    const on = world();
    const id = await make(on);
    const filter = { events: ['a'] };
    // A subscription binds the target just after it was found free.
    const { remove } = on.stores.targets;
    on.stores.targets.remove = async (...of) => {
      on.stores.targets.remove = remove;
      await call(on, 'createSubscription', { body: { targetId: id, filter } });
      return remove(...of);
    };
    await expect(call(on, 'deleteTarget', { id })).rejects.toMatchObject({ status: 409 });
    expect(on.entries.map(({ operation }) => operation)).toEqual(['createTarget', 'createSubscription']);
  });
});

describe('a call that breaks off', () => {
  it('leaves an entry of what it has changed', async () => {
    const on = world();
    const id = await make(on);
    await call(on, 'disableTarget', { id });
    failOnce(on.deps.health, 'changeHealth');
    await expect(call(on, 'enableTarget', { id })).rejects.toThrow(Fault);
    expect(on.entries[2]).toMatchObject({
      operation: 'enableTarget',
      brokenOff: true,
      entities: [{ id, action: 'changed', fields: [{ field: 'active', before: false, after: true }] }],
    });
  });

  it('also where the fault came after the last write', async () => {
    const on = world();
    const made = await call(on, 'createFilter', { body: { events: ['a'] } });
    const { id } = made.body as { id: string };
    const filters = { ...on.deps.filters };
    failOnce(filters, 'change', 'after');
    const deps = { ...on.deps, filters };
    await expect(call({ ...on, deps }, 'patchFilter', { id, body: { events: ['b'] } })).rejects.toThrow(
      Fault,
    );
    expect(on.entries[1]).toMatchObject({
      brokenOff: true,
      entities: [{ fields: [{ field: 'events', before: ['a'], after: ['b'] }] }],
    });
  });

  it('leaves none where it has changed nothing', async () => {
    const on = world();
    failOnce(on.stores.targets, 'add');
    await expect(make(on)).rejects.toThrow(Fault);
    expect(on.entries).toEqual([]);
  });
});

it('an entry that can’t be written is logged whole and counted, and the call succeeds', async () => {
  const on = world();
  failOnce(on.audit as Required<AuditDeps>, 'addEntry');
  const { result, warnings, metrics } = await printedBy(() =>
    call(on, 'createTarget', { body: { url: `${url}?token=sesame` } }),
  );
  expect(result).toMatchObject({ status: 201 });
  expect(metrics).toEqual({ AuditEntriesUnwritten: 1 });
  expect(warnings).toMatchObject([{ message: 'audit entry not written', error: 'Fault' }]);
  const { id } = (result as Answer).body as { id: string };
  expect(JSON.parse(String(warnings[0]!.entry))).toMatchObject({
    operation: 'createTarget',
    entities: [{ kind: 'target', id, action: 'created' }],
  });
  expect(JSON.stringify(warnings)).not.toContain('sesame');
});

describe('no secret is in an entry', () => {
  /** Texts that stand nowhere else. */
  const secretText = fc.string({ unit: fc.constantFrom(...'abcXYZ019'), minLength: 12, maxLength: 30 });
  const signingSecret = fc
    .uint8Array({ minLength: 24, maxLength: 64 })
    .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);

  const secrets = fc.record({
    secret: signingSecret,
    next: signingSecret,
    query: secretText.map((text) => `q${text}`),
    regionQuery: secretText.map((text) => `r${text}`),
    header: secretText.map((text) => `h${text}`),
    nextHeader: secretText.map((text) => `n${text}`),
  });

  it('whatever is done to a target, alone or in a subscription', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, fc.boolean(), async (all, isOwned) => {
        const on = world();
        const settings = {
          url: `${url}?key=${all.query}`,
          regions: { eu: `${url}?key=${all.regionQuery}` },
          headers: { 'x-api-key': all.header },
          secret: all.secret,
        };
        const done = isOwned
          ? await subscriptionLife(on, settings, all)
          : await targetLife(on, settings, all);
        expect(on.entries.map(({ operation }) => operation)).toEqual(done);
        const text = JSON.stringify(on.entries);
        for (const hidden of Object.values(all)) {
          expect(text).not.toContain(hidden);
          expect(text).not.toContain(hidden.replace('whsec_', ''));
        }
        // That they have changed is said.
        expect(text).toContain('"field":"secret","before":"[hidden]","after":"[hidden]"');
        expect(text).toContain('"field":"headers.x-api-key","before":"[hidden]","after":"[hidden]"');
        expect(text).toContain(`"field":"url","before":"${url}?[hidden]"`);
      }),
      { numRuns: runs(30) },
    );
  });

  type All = { readonly next: string; readonly nextHeader: string };

  async function targetLife(on: World, settings: object, { next, nextHeader }: All): Promise<string[]> {
    const id = await make(on, settings);
    const elsewhere = { url: `${url}/b`, headers: { 'x-api-key': nextHeader } };
    await call(on, 'patchTarget', { id, body: elsewhere });
    await call(on, 'rotateSecret', { id, body: { secret: next } });
    await call(on, 'getSecrets', { id });
    await call(on, 'deleteTarget', { id });
    return ['createTarget', 'patchTarget', 'rotateSecret', 'getSecrets', 'deleteTarget'];
  }

  async function subscriptionLife(on: World, target: object, { next, nextHeader }: All): Promise<string[]> {
    const { secret, ...settings } = target as { secret: string };
    const body = { target: { ...settings, secret }, filter: { events: ['a'] } };
    const { id } = (await call(on, 'createSubscription', { body })).body as { id: string };
    const changed = { url: `${url}/b`, headers: { 'x-api-key': nextHeader }, secret: next };
    await call(on, 'patchSubscription', { id, body: changed });
    await call(on, 'deleteSubscription', { id });
    return ['createSubscription', 'patchSubscription', 'deleteSubscription'];
  }
});

describe('those who watch live (A19)', () => {
  it('are told of what has changed, with the targets that it is of', async () => {
    const on = world();
    const body = { target: { url }, filter: { events: ['a.b'] } };
    const { targetId, id } = (await call(on, 'createSubscription', { body })).body as {
      id: string;
      targetId: string;
    };
    await call(on, 'pauseSubscription', { id });
    const sorted = on.told.map(({ tenant, changes }) => [
      tenant,
      [...changes].sort((a, b) => a.kind.localeCompare(b.kind)),
    ]);
    expect(sorted).toEqual([
      [
        TENANT,
        [
          { kind: 'filters', targets: [] },
          { kind: 'subscriptions', targets: [targetId] },
          { kind: 'targets', targets: [targetId] },
        ],
      ],
      [TENANT, [{ kind: 'subscriptions', targets: [targetId] }]],
    ]);
  });

  it('are told of nothing where a call has changed nothing', async () => {
    const on = world();
    const id = await make(on);
    on.told.splice(0);
    await call(on, 'patchTarget', { id, body: {} });
    expect(on.told.flatMap(({ changes }) => changes)).toEqual([]);
  });
});
