import { FIRST_TENANT, type TenantInUse } from '../tenants/tenant-defaults.ts';
import { isSameText } from '../values/timing-safe-equal.ts';
import { hashOfKey, isOver, type KeyAddress, parseKey, verifyKey } from './api-key.ts';
import type { ApiKey } from './api-key-entity.ts';
import { isGrantValid, type PortalGrant } from './portal-grant.ts';
import { looksLikeJwt, type PortalClaims, type StoredPortalClaims } from './portal-token.ts';
import type { Scope } from './scopes.ts';

/** The caller behind a token. */
export interface Identity {
  /** As `Caller` has it. */
  readonly credential: string;
  readonly credentialName?: string | undefined;
  readonly scopes: readonly Scope[];
  /** As `Caller` has them. */
  readonly portalScopes?: readonly Scope[] | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly expiresAt?: string | undefined;
  readonly tenant: TenantInUse;
}

export interface IdentifyDeps {
  getKey(tenant: string, id: string): Promise<ApiKey | undefined>;
  tenantInUse(id: string): Promise<TenantInUse | undefined>;
  /** The environment's key for portal tokens; undefined as long as no token was made. */
  readSigningKey(): Promise<Uint8Array | undefined>;
  getGrant(tenant: string, id: string): Promise<PortalGrant | undefined>;
  /** What a portal token says; undefined when it is not valid. */
  verifyPortalToken(key: Uint8Array, token: string, now: number): Promise<PortalClaims | undefined>;
  /** The key that was made at deployment. */
  readFirstKey(): Promise<string>;
}

/**
 * Finds out whose a token is; undefined when it is no valid credential.
 * @param now milliseconds since the epoch
 */
export type Identify = (token: string, now: number) => Promise<Identity | undefined>;

/** An identity whose tenant may be missing. */
type Found = (Omit<Identity, 'tenant'> & { readonly tenant: TenantInUse | undefined }) | undefined;

/** No text has this hash. */
const NO_KEY: Pick<ApiKey, 'secrets'> = { secrets: [{ hash: '0'.repeat(64), createdAt: '' }] };

/**
 * A key says by its form where it is stored. A portal token is a JWT. Anything else can only be the key made at
 * deployment.
 */
export function createIdentify(deps: IdentifyDeps): Identify {
  /** It never changes once it is there. */
  let signingKey: Uint8Array | undefined;

  async function identifyKey(address: KeyAddress, token: string, now: number): Promise<Found> {
    const [key, tenant] = await Promise.all([
      deps.getKey(address.tenant, address.id),
      deps.tenantInUse(address.tenant),
    ]);
    // Compare also without a key: else the time would tell an unknown key from a wrong secret.
    const isRight = verifyKey(key ?? NO_KEY, token, now);
    if (!key || !isRight) return undefined;
    return {
      credential: key.id,
      credentialName: key.name,
      scopes: key.scopes,
      expiresAt: key.expiresAt,
      tenant,
    };
  }

  async function identifyPortal(token: string, now: number): Promise<Found> {
    signingKey ??= await deps.readSigningKey();
    if (!signingKey) return undefined;
    const claims = await deps.verifyPortalToken(signingKey, token, now);
    if (!claims) return undefined;
    if ('id' in claims) return identifyGrant(claims, now);
    return {
      credential: 'portal',
      scopes: claims.scopes,
      tenant: await deps.tenantInUse(claims.tenant),
    };
  }

  /**
   * The grant is read under the tenant that the token names: a grant of another tenant does not exist there. Only the key
   * that a token was made with takes a read more, once the rest is right.
   */
  async function identifyGrant({ tenant: of, id }: StoredPortalClaims, now: number): Promise<Found> {
    const [grant, tenant] = await Promise.all([deps.getGrant(of, id), deps.tenantInUse(of)]);
    if (!grant || !isGrantValid(grant, now)) return undefined;
    if (!(await isMakerValid(of, grant.madeBy, now))) return undefined;
    const { name, scopes, targets } = grant;
    return {
      credential: id,
      ...(name !== undefined && { credentialName: name }),
      scopes: [],
      portalScopes: scopes,
      ...(targets && { targets }),
      tenant,
    };
  }

  /** A token ends with the key that it was made with. The key made at deployment can be replaced, but never ends. */
  async function isMakerValid(tenant: string, madeBy: string, now: number): Promise<boolean> {
    if (madeBy === 'first') return true;
    const key = await deps.getKey(tenant, madeBy);
    return key !== undefined && !isOver(key.expiresAt, now);
  }

  async function identifyFirst(token: string): Promise<Found> {
    if (!isSameText(hashOfKey(await deps.readFirstKey()), hashOfKey(token))) return undefined;
    return { credential: 'first', scopes: ['admin'], tenant: await deps.tenantInUse(FIRST_TENANT) };
  }

  return async (token, now) => {
    const address = parseKey(token);
    const found = address
      ? await identifyKey(address, token, now)
      : looksLikeJwt(token)
        ? await identifyPortal(token, now)
        : await identifyFirst(token);
    return found?.tenant && { ...found, tenant: found.tenant };
  };
}
