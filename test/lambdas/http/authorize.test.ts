import type * as crypto from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { KEY_TEXT } from '../../../lambdas/access/api-key.ts';
import type { ApiKey } from '../../../lambdas/access/api-key-entity.ts';
import { hashOfText } from '../../../lambdas/access/bearer-text.ts';
import { createIdentify, type IdentifyDeps } from '../../../lambdas/access/identify.ts';
import { createNoteUse } from '../../../lambdas/access/last-use.ts';
import type { PortalGrant } from '../../../lambdas/access/portal-grant.ts';
import { signPortalToken, verifyPortalToken } from '../../../lambdas/access/portal-jwt.ts';
import { SESSION_TEXT, type Session } from '../../../lambdas/access/session.ts';
import { authorize } from '../../../lambdas/http/authorize.ts';
import { FIRST_TENANT, type TenantInUse } from '../../../lambdas/tenants/tenant-defaults.ts';
import { failOnce } from '../../builders/faults.ts';
import { printedBy } from '../../helpers/printed.ts';

const hashes = vi.hoisted(() => ({ count: 0 }));
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof crypto>();
  const createHash: typeof real.createHash = (...given) => {
    hashes.count += 1;
    return real.createHash(...given);
  };
  return { ...real, createHash };
});

const NOW = Date.parse('2026-11-27T12:00:00Z');
const HOUR = 3_600_000;
const rfc3339 = (at: number): string => new Date(at).toISOString();
const TENANT = 'ten_01M7YZPEDCV2N9CR0Q6WV7Z1QX';
const KEY = { id: 'key_01M7YZPEDCV2N9CR0Q6WV7Z1QY', tenant: TENANT };
const SIGNING_KEY = Buffer.alloc(32, 3);
const FIRST_KEY = 'made-at-deployment';
const textOf = (byte: number, address = KEY): string => KEY_TEXT.write(address, Buffer.alloc(32, byte));
const [TEXT, REPLACED, OVER, WRONG] = [textOf(1), textOf(2), textOf(4), textOf(9)];
const UNKNOWN = textOf(1, { ...KEY, id: 'key_01M7YZPEDCV2N9CR0Q6WV7Z1QZ' });

const key = {
  ...{ id: KEY.id, name: 'shop', scopes: ['publish', 'read'], revision: 1, createdAt: '', updatedAt: '' },
  secrets: [
    { hash: hashOfText(TEXT), createdAt: '' },
    { hash: hashOfText(REPLACED), createdAt: '', expiresAt: new Date(NOW + HOUR).toISOString() },
    { hash: hashOfText(OVER), createdAt: '', expiresAt: new Date(NOW - 1).toISOString() },
  ],
} as ApiKey;

const GRANT: PortalGrant = {
  id: 'ptk_01M7YZPEDCV2N9CR0Q6WV7Z1QA',
  scopes: ['manage'],
  targets: ['tgt_01M7YZPEDCV2N9CR0Q6WV7Z1QB'],
  madeBy: KEY.id,
  expiresAt: new Date(NOW + HOUR).toISOString(),
  ttl: (NOW + HOUR) / 1000,
  ...{ createdAt: '', updatedAt: '', revision: 1 },
};

/** The authorizer with its real code, and tables in memory. */
function inMemoryAuthorizer() {
  const keys = new Map([[`${TENANT} ${KEY.id}`, key]]);
  const grants = new Map([[`${TENANT} ${GRANT.id}`, GRANT]]);
  const sessions = new Map<string, Session>();
  const tenants = new Map<string, TenantInUse>(
    [TENANT, FIRST_TENANT].map((id) => [id, { id, name: id, schemaCheck: 'warn' } as TenantInUse]),
  );
  const clock = { now: NOW };
  const reads: string[] = [];
  const uses: [id: string, at: number][] = [];
  const stores = {
    async getKey(tenant, id) {
      reads.push('key');
      return keys.get(`${tenant} ${id}`);
    },
    async tenantInUse(id) {
      reads.push('tenant');
      return tenants.get(id);
    },
    async getGrant(tenant, id) {
      reads.push('grant');
      return grants.get(`${tenant} ${id}`);
    },
    async getSession(tenant, id) {
      reads.push('session');
      return sessions.get(`${tenant} ${id}`);
    },
    async readSigningKey(): Promise<Uint8Array | undefined> {
      reads.push('signing key');
      return SIGNING_KEY;
    },
    async readFirstKey() {
      reads.push('first key');
      return FIRST_KEY;
    },
    verifyPortalToken,
    putKeyUse: async (id: string, at: number): Promise<void> => void uses.push([id, at]),
  } satisfies IdentifyDeps & { putKeyUse(id: string, at: number): Promise<void> };
  const late: IdentifyDeps = {
    getKey: (...given) => stores.getKey(...given),
    getGrant: (...given) => stores.getGrant(...given),
    getSession: (...given) => stores.getSession(...given),
    tenantInUse: (...given) => stores.tenantInUse(...given),
    readSigningKey: () => stores.readSigningKey(),
    readFirstKey: () => stores.readFirstKey(),
    verifyPortalToken,
  };
  const deps = {
    now: () => clock.now,
    identify: createIdentify(late),
    noteUse: createNoteUse((...given) => stores.putKeyUse(...given)),
  };
  return {
    keys,
    grants,
    sessions,
    tenants,
    clock,
    reads,
    uses,
    stores,
    ask: (token: string | undefined) =>
      authorize(deps, { identitySource: token === undefined ? [] : [`Bearer ${token}`] }),
  };
}

const portalToken = (
  tenant = TENANT,
  signing: Uint8Array = SIGNING_KEY,
  expires = NOW + HOUR,
  id = GRANT.id,
) => signPortalToken(signing, { tenant, id }, NOW, expires);

/** As releases without grants made them. */
const tokenBefore = (tenant = TENANT) =>
  new SignJWT({ scope: ['read'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('posthorn')
    .setAudience('posthorn')
    .setSubject(tenant)
    .setIssuedAt(NOW / 1000)
    .setExpirationTime((NOW + HOUR) / 1000)
    .sign(SIGNING_KEY);

const PORTAL = await portalToken();
const FOREIGN_PORTAL = await portalToken(TENANT, Buffer.alloc(32, 4));
const OLD_PORTAL = await portalToken(TENANT, SIGNING_KEY, NOW - 1000);
const LOST_PORTAL = await portalToken('ten_01M7YZPEDCV2N9CR0Q6WV7Z1QZ');

const UNKNOWN_PORTAL = await portalToken(TENANT, SIGNING_KEY, NOW + HOUR, GRANT.id.replace(/A$/, 'Z'));
const ELSEWHERE_PORTAL = await portalToken(FIRST_TENANT);
const PORTAL_BEFORE = await tokenBefore();

const REFUSED = { isAuthorized: false, context: {} };

describe('the authorizer knows each kind of credential', () => {
  const settings = { schemaCheck: 'warn', maxPayloadBytes: 4_500_000 };

  it.each<[string, string, object]>([
    [
      'a key',
      TEXT,
      { tenant: TENANT, credential: KEY.id, credentialName: 'shop', scopes: ['publish', 'read'] },
    ],
    ['a key that is being replaced', REPLACED, { tenant: TENANT, credential: KEY.id }],
    [
      'a portal token',
      PORTAL,
      {
        tenant: TENANT,
        credential: GRANT.id,
        // Code that knows keys alone sees a caller that may do nothing.
        scopes: [],
        portalScopes: ['manage'],
        targets: GRANT.targets,
      },
    ],
    ['a portal token from before', PORTAL_BEFORE, { tenant: TENANT, credential: 'portal', scopes: ['read'] }],
    ['the first key', FIRST_KEY, { tenant: FIRST_TENANT, credential: 'first', scopes: ['admin'] }],
  ])('%s', async (_, token, context) => {
    const authorization = await inMemoryAuthorizer().ask(token);
    expect(authorization).toMatchObject({ isAuthorized: true, context: { ...settings, ...context } });
  });

  it("has the tenant's own settings", async () => {
    const { ask, tenants } = inMemoryAuthorizer();
    const own = { limits: { payloadBytes: 1000 }, logRetentionHours: 2 };
    tenants.set(TENANT, { ...tenants.get(TENANT)!, ...own });
    expect(await ask(TEXT)).toMatchObject({ context: { maxPayloadBytes: 1000, keepSeconds: 7200 } });
  });

  it.each<[string, string | undefined]>([
    ['none', undefined],
    ['an empty one', ''],
    ['a wrong one', 'anything'],
    ['a key by another secret', WRONG],
    ['a replaced key whose time is over', OVER],
    ['a key that there is not', UNKNOWN],
    ['a portal token by another key', FOREIGN_PORTAL],
    ['a portal token that is over', OLD_PORTAL],
    ['a portal token of no tenant', LOST_PORTAL],
    ['a portal token without a grant', UNKNOWN_PORTAL],
    ["another tenant's grant", ELSEWHERE_PORTAL],
    ['what looks like a portal token', 'eyJ.a.b'],
  ])('refuses %s', async (_, token) => {
    const { ask, uses } = inMemoryAuthorizer();
    expect(await ask(token)).toEqual(REFUSED);
    expect(uses).toEqual([]);
  });

  it.each<[string, string]>([
    ['a key', TEXT],
    ['a portal token', PORTAL],
    ['a portal token from before', PORTAL_BEFORE],
  ])('refuses %s of a tenant that is gone', async (_, token) => {
    const { ask, tenants } = inMemoryAuthorizer();
    tenants.delete(TENANT);
    expect(await ask(token)).toEqual(REFUSED);
  });

  it('refuses portal tokens where none was made, and takes them as soon as one was', async () => {
    const { ask, stores } = inMemoryAuthorizer();
    const works = stores.readSigningKey;
    stores.readSigningKey = async () => undefined;
    expect(await ask(PORTAL)).toEqual(REFUSED);
    stores.readSigningKey = works;
    expect(await ask(PORTAL)).toMatchObject({ isAuthorized: true });
  });
});

describe('a portal token is worth its grant', () => {
  const path = `${TENANT} ${GRANT.id}`;
  type Change = (memory: ReturnType<typeof inMemoryAuthorizer>) => void;

  it.each<[string, Change]>([
    ['was revoked', ({ grants }) => grants.delete(path)],
    ['was taken out of use', ({ grants }) => grants.set(path, { ...GRANT, deletedAt: GRANT.expiresAt })],
    ['is over before the token', ({ grants }) => grants.set(path, { ...GRANT, expiresAt: rfc3339(NOW) })],
    ['has an end that can’t be read', ({ grants }) => grants.set(path, { ...GRANT, expiresAt: 'soon' })],
    ['was made with a key that is gone', ({ keys }) => keys.clear()],
    [
      'was made with a key that is over',
      ({ keys }) => keys.set(`${TENANT} ${KEY.id}`, { ...key, expiresAt: rfc3339(NOW) }),
    ],
  ])('and refused where it %s', async (_, change) => {
    const memory = inMemoryAuthorizer();
    expect(await memory.ask(PORTAL)).toMatchObject({ isAuthorized: true });
    change(memory);
    expect(await memory.ask(PORTAL)).toEqual(REFUSED);
  });

  it('also where it was made with the key of the deployment, of which there is no item', async () => {
    const { ask, grants, keys } = inMemoryAuthorizer();
    keys.clear();
    grants.set(path, { ...GRANT, madeBy: 'first' });
    expect(await ask(PORTAL)).toMatchObject({ isAuthorized: true });
  });

  it('also where an administrator’s key made it, which is of another tenant', async () => {
    const { ask, grants, keys } = inMemoryAuthorizer();
    keys.clear();
    keys.set(`${FIRST_TENANT} ${KEY.id}`, key);
    expect(await ask(PORTAL)).toEqual(REFUSED);
    grants.set(path, { ...GRANT, makersTenant: FIRST_TENANT });
    expect(await ask(PORTAL)).toMatchObject({ isAuthorized: true });
    keys.clear();
    expect(await ask(PORTAL)).toEqual(REFUSED);
  });

  it('also where a user made it, of whom nothing is stored', async () => {
    const { ask, grants, keys } = inMemoryAuthorizer();
    keys.clear();
    grants.set(path, { ...GRANT, madeBy: 'usr_1f' });
    expect(await ask(PORTAL)).toMatchObject({ isAuthorized: true });
  });

  it('without targets opens all of them, and with an empty list none', async () => {
    const { ask, grants } = inMemoryAuthorizer();
    const { targets: _, ...unlimited } = GRANT;
    grants.set(path, unlimited);
    expect((await ask(PORTAL)).context).not.toHaveProperty('targets');
    grants.set(path, { ...GRANT, targets: [] });
    expect((await ask(PORTAL)).context).toHaveProperty('targets', []);
  });

  it('for three reads more than the signing key', async () => {
    const { ask, reads } = inMemoryAuthorizer();
    await ask(PORTAL);
    expect(reads).toEqual(['signing key', 'grant', 'tenant', 'key']);
  });

  it('and none without a right signature', async () => {
    const { ask, reads } = inMemoryAuthorizer();
    await ask(FOREIGN_PORTAL);
    expect(reads).toEqual(['signing key']);
  });
});

describe('a session is worth its credential', () => {
  const address = { id: 'ses_01M7YZPEDCV2N9CR0Q6WV7Z1QC', tenant: TENANT };
  const path = `${TENANT} ${address.id}`;
  const SESSION = SESSION_TEXT.write(address, Buffer.alloc(32, 5));
  const WRONG_SESSION = SESSION_TEXT.write(address, Buffer.alloc(32, 6));
  const session: Session = {
    id: address.id,
    hash: hashOfText(SESSION),
    credential: KEY.id,
    keyHash: hashOfText(TEXT),
    expiresAt: rfc3339(NOW + HOUR),
    ttl: (NOW + HOUR) / 1000,
    ...{ createdAt: '', updatedAt: '', revision: 1 },
  };
  const ofKey = session;
  const ofToken: Session = { ...session, credential: GRANT.id, keyHash: undefined };
  const ofFirst: Session = { ...session, credential: 'first', keyHash: hashOfText(FIRST_KEY) };
  const ofUser: Session = {
    ...ofToken,
    credential: 'usr_1f',
    name: 'jane@example.com',
    scopes: ['manage'],
  };
  const acting: Session = { ...ofFirst, home: FIRST_TENANT };
  const actingUser: Session = { ...ofUser, scopes: ['admin'], home: FIRST_TENANT };

  function memoryWith(stored: Session) {
    const memory = inMemoryAuthorizer();
    memory.sessions.set(path, stored);
    return memory;
  }
  const named = { session: address.id, sessionExpiresAt: session.expiresAt, tenant: TENANT };

  it.each<[string, Session, object]>([
    ['of a key', ofKey, { credential: KEY.id, credentialName: 'shop', scopes: ['publish', 'read'] }],
    [
      'of a portal token, which stays within its targets',
      ofToken,
      { credential: GRANT.id, scopes: [], portalScopes: ['manage'], targets: GRANT.targets },
    ],
    ['of the first key', ofFirst, { credential: 'first', scopes: ['admin'] }],
    ['of a user', ofUser, { credential: 'usr_1f', credentialName: 'jane@example.com', scopes: ['manage'] }],
    [
      'of an administrator who acts for a tenant',
      acting,
      { credential: 'first', scopes: ['manage', 'publish', 'read'], home: FIRST_TENANT },
    ],
    [
      'of a user who does',
      actingUser,
      { credential: 'usr_1f', scopes: ['manage', 'publish', 'read'], home: FIRST_TENANT },
    ],
  ])('%s', async (_, stored, context) => {
    expect(await memoryWith(stored).ask(SESSION)).toMatchObject({
      isAuthorized: true,
      context: { ...named, ...context },
    });
  });

  type Change = (memory: ReturnType<typeof inMemoryAuthorizer>) => void;
  const change =
    (more: Partial<Session>): Change =>
    ({ sessions }) =>
      sessions.set(path, { ...sessions.get(path)!, ...more });

  it.each<[string, Session, Change]>([
    ['it was ended', ofKey, ({ sessions }) => sessions.clear()],
    ['it is over', ofKey, change({ expiresAt: rfc3339(NOW) })],
    ['its end can’t be read', ofKey, change({ expiresAt: 'soon' })],
    [
      'it stands under another tenant',
      ofKey,
      ({ sessions }) => {
        sessions.delete(path);
        sessions.set(`${FIRST_TENANT} ${address.id}`, ofKey);
      },
    ],
    ['its tenant is gone', ofKey, ({ tenants }) => tenants.delete(TENANT)],
    ['its key is gone', ofKey, ({ keys }) => keys.clear()],
    [
      'its key is over',
      ofKey,
      ({ keys }) => keys.set(`${TENANT} ${KEY.id}`, { ...key, expiresAt: rfc3339(NOW) }),
    ],
    ['its key was replaced, and the old one is over', ofKey, change({ keyHash: hashOfText(OVER) })],
    ['it names no secret of its key', ofKey, change({ keyHash: undefined })],
    ['the first key was replaced', ofFirst, change({ keyHash: hashOfText('before') })],
    ['its token was revoked', ofToken, ({ grants }) => grants.clear()],
    ['its token’s key is gone', ofToken, ({ keys }) => keys.clear()],
    ['its user has no scopes', ofUser, change({ scopes: undefined })],
    ['its administrator is none any more', actingUser, change({ scopes: ['manage'] })],
    // The key is of this tenant, not of the administrator's.
    ['it acts with a key of another tenant', ofKey, change({ home: FIRST_TENANT })],
    ['it acts with a portal token', ofToken, change({ home: TENANT })],
  ])('and refused where %s', async (_, stored, edit) => {
    const memory = memoryWith(stored);
    expect(await memory.ask(SESSION)).toMatchObject({ isAuthorized: true });
    edit(memory);
    expect(await memory.ask(SESSION)).toEqual(REFUSED);
  });

  it('and refused with another text', async () => {
    expect(await memoryWith(ofKey).ask(WRONG_SESSION)).toEqual(REFUSED);
  });

  it('notes the use of its key', async () => {
    const memory = memoryWith(ofKey);
    await memory.ask(SESSION);
    expect(memory.uses).toEqual([[KEY.id, NOW]]);
  });

  it.each<[string, Session, string[]]>([
    ['a key', ofKey, ['session', 'tenant', 'key']],
    ['a portal token', ofToken, ['session', 'tenant', 'grant', 'key']],
    ['the first key', ofFirst, ['session', 'tenant', 'first key']],
    ['a user', ofUser, ['session', 'tenant']],
  ])('of %s takes a read more than that', async (_, stored, expected) => {
    const memory = memoryWith(stored);
    await memory.ask(SESSION);
    expect(memory.reads).toEqual(expected);
  });

  it('takes as much work where there is none as where the text is wrong', async () => {
    const workOf = async (memory: ReturnType<typeof inMemoryAuthorizer>, text: string) => {
      hashes.count = 0;
      await memory.ask(text);
      return { reads: memory.reads, hashes: hashes.count };
    };
    const wrong = await workOf(memoryWith(ofKey), WRONG_SESSION);
    expect(wrong).toEqual({ reads: ['session', 'tenant'], hashes: 1 });
    expect(await workOf(inMemoryAuthorizer(), WRONG_SESSION)).toEqual(wrong);
  });
});

describe('what the authorizer does for a key tells nothing of it', () => {
  async function workFor(token: string, change: (keys: Map<string, ApiKey>) => void = () => {}) {
    const { ask, keys, reads } = inMemoryAuthorizer();
    change(keys);
    hashes.count = 0;
    await ask(token);
    return { reads: reads.toSorted(), hashes: hashes.count };
  }

  it.each<[string, string, ((keys: Map<string, ApiKey>) => void)?]>([
    ['it is wrong', WRONG],
    ['there is none', UNKNOWN],
    ['it is over', OVER],
    [
      'it has one secret',
      WRONG,
      (keys) => keys.set(`${TENANT} ${KEY.id}`, { ...key, secrets: key.secrets.slice(0, 1) }),
    ],
  ])('where %s: as many reads and hashes as for a right one', async (_, token, change) => {
    const right = await workFor(TEXT);
    expect(right).toEqual({ reads: ['key', 'tenant'], hashes: 1 });
    expect(await workFor(token, change)).toEqual(right);
  });
});

describe('the last use of a key', () => {
  it('is noted once an hour', async () => {
    const { ask, clock, uses } = inMemoryAuthorizer();
    for (const later of [0, 1, HOUR - 1, HOUR, HOUR + 1, 2 * HOUR]) {
      clock.now = NOW + later;
      await ask(TEXT);
    }
    expect(uses).toEqual([0, HOUR, 2 * HOUR].map((later) => [KEY.id, NOW + later]));
  });

  it.each([['the first key', FIRST_KEY] as const, ['a portal token', PORTAL] as const])(
    'is not noted of %s',
    async (_, token) => {
      const { ask, uses } = inMemoryAuthorizer();
      expect(await ask(token)).toMatchObject({ isAuthorized: true });
      expect(uses).toEqual([]);
    },
  );

  it('refuses no caller when it cannot be noted', async () => {
    const { ask, stores } = inMemoryAuthorizer();
    failOnce(stores, 'putKeyUse');
    const { result, warnings } = await printedBy(() => ask(TEXT));
    expect(result).toMatchObject({ isAuthorized: true });
    expect(warnings).toMatchObject([{ message: 'use of a key not noted', key: KEY.id }]);
  });
});

it.each([
  ['getKey', TEXT],
  ['getKey', PORTAL],
  ['getGrant', PORTAL],
  ['tenantInUse', PORTAL],
  ['tenantInUse', TEXT],
  ['readSigningKey', PORTAL],
  ['readFirstKey', FIRST_KEY],
] as const)('authorizes no caller while %s fails, and says so without the token', async (store, token) => {
  const { ask, stores } = inMemoryAuthorizer();
  failOnce(stores, store);
  const { result, warnings } = await printedBy(() => ask(token));
  expect(result).toEqual(new Error('caller not identified'));
  expect((result as Error).cause).toBeUndefined();
  expect(warnings).toMatchObject([{ message: 'caller not identified', error: 'Fault' }]);
  expect(JSON.stringify(warnings)).not.toContain(token);
  expect(await ask(token)).toMatchObject({ isAuthorized: true });
});
