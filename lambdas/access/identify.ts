import { getEntity } from '../config/entity-store.ts';
import { requireEnv, requireEnvNumber } from '../platform/env.ts';
import { tenantInUse } from '../tenants/tenant-store.ts';
import type { TenantInUse } from '../tenants/tenants.ts';
import { FIRST_TENANT } from '../tenants/tenants.ts';
import { isSameText } from '../values/same-text.ts';
import { hashOfKey, type KeyAddress, parseKey, verifyKey } from './api-key.ts';
import type { ApiKey } from './api-key-entity.ts';
import { looksLikeJwt } from './portal-token.ts';
import type { Scope } from './scopes.ts';
import { readSigningKey } from './signing-key-store.ts';

const configTable = requireEnv('CONFIG_TABLE');

/** Who is behind a token. */
export interface Identity {
  /** As `Caller` has it. */
  readonly credential: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: string | undefined;
  readonly tenant: TenantInUse;
}

/**
 * Finds out whose a token is; undefined when it is nobody's. A key says by its form where it is stored, a portal
 * token is a JWT, and anything else can only be the key made at deployment.
 * @param now milliseconds since the epoch
 */
export async function identify(token: string, now: number): Promise<Identity | undefined> {
  const address = parseKey(token);
  const found = address
    ? await identifyKey(address, token, now)
    : looksLikeJwt(token)
      ? await identifyPortal(token, now)
      : await identifyFirst(token);
  return found?.tenant && { ...found, tenant: found.tenant };
}

/** An identity whose tenant may be missing. */
type Found = (Omit<Identity, 'tenant'> & { readonly tenant: TenantInUse | undefined }) | undefined;

/** No text has this hash. */
const NO_KEY: Pick<ApiKey, 'secrets'> = { secrets: [{ hash: '0'.repeat(64), createdAt: '' }] };

async function identifyKey(address: KeyAddress, token: string, now: number): Promise<Found> {
  const [key, tenant] = await Promise.all([
    getEntity(configTable, address.tenant, 'key', address.id),
    tenantInUse(configTable, address.tenant),
  ]);
  // Compared also where there is no key, which would else be told from a wrong secret by the time that it takes.
  const isRight = verifyKey(key ?? NO_KEY, token, now);
  if (!key || !isRight) return undefined;
  return { credential: key.id, scopes: key.scopes, expiresAt: key.expiresAt, tenant };
}

/** The environment's key for portal tokens never changes once it is there. */
let signingKey: Uint8Array | undefined;

async function identifyPortal(token: string, now: number): Promise<Found> {
  signingKey ??= await readSigningKey(configTable);
  if (!signingKey) return undefined;
  const { verifyPortalToken } = await import('./portal-jwt.ts');
  const grant = await verifyPortalToken(signingKey, token, now);
  return (
    grant && {
      credential: 'portal',
      scopes: grant.scopes,
      tenant: await tenantInUse(configTable, grant.tenant),
    }
  );
}

/** The key made at deployment, and the reader of it: loaded by the first caller that may have it. */
let readFirstKey: (() => Promise<string>) | undefined;

async function identifyFirst(token: string): Promise<Found> {
  readFirstKey ??= (await import('../platform/secrets.ts')).secretReader(
    requireEnv('API_KEY_SECRET_ARN'),
    requireEnvNumber('FIRST_KEY_CACHE_MS'),
  );
  if (!isSameText(hashOfKey(await readFirstKey()), hashOfKey(token))) return undefined;
  return { credential: 'first', scopes: ['admin'], tenant: await tenantInUse(configTable, FIRST_TENANT) };
}
