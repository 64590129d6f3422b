import { FIRST_TENANT, type TenantInUse } from '../tenants/tenant-defaults.ts';
import { isSameText } from '../values/timing-safe-equal.ts';
import { KEY_TEXT, verifyKey } from './api-key.ts';
import type { ApiKey } from './api-key-entity.ts';
import { type BearerAddress, hashOfText, NO_HASH } from './bearer-text.ts';
import { looksLikeJwt, type PortalClaims, type StoredPortalClaims } from './portal-token.ts';
import { isSessionText, SESSION_TEXT, type Session } from './session.ts';
import { type Worth, type WorthDeps, worthOfGrant, worthOfSession } from './worth.ts';

/** The caller behind a token. */
export interface Identity extends Worth {
  /** As `Caller` has it. */
  readonly credential: string;
  /** The session that stands for the credential, if one does. */
  readonly session?: Session | undefined;
  readonly tenant: TenantInUse;
}

export interface IdentifyDeps extends Omit<WorthDeps, 'isFirstKey'> {
  tenantInUse(id: string): Promise<TenantInUse | undefined>;
  /** The environment's key for portal tokens; undefined as long as no token was made. */
  readSigningKey(): Promise<Uint8Array | undefined>;
  getSession(tenant: string, id: string): Promise<Session | undefined>;
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
const NO_KEY: Pick<ApiKey, 'secrets'> = { secrets: [{ hash: NO_HASH, createdAt: '' }] };

/**
 * A key or session says by its form where it is stored. A portal token is a JWT. Anything else can only be the key made at
 * deployment.
 */
export function createIdentify(deps: IdentifyDeps): Identify {
  /** It never changes once it is there. */
  let signingKey: Uint8Array | undefined;

  const isFirstKey = async (hash: string): Promise<boolean> =>
    isSameText(hashOfText(await deps.readFirstKey()), hash);

  async function identifyKey(address: BearerAddress, token: string, now: number): Promise<Found> {
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

  /** What an unknown session takes, a wrong secret takes as well. The credential is read once the session is right. */
  async function identifySession(address: BearerAddress, token: string, now: number): Promise<Found> {
    const [session, tenant] = await Promise.all([
      deps.getSession(address.tenant, address.id),
      deps.tenantInUse(address.tenant),
    ]);
    const isRight = isSessionText(session, token, now);
    if (!session || !isRight) return undefined;
    const worth = await worthOfSession({ ...deps, isFirstKey }, address.tenant, session, now);
    return worth && { ...worth, credential: session.credential, session, tenant };
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

  /** The grant is read under the tenant that the token names: a grant of another tenant does not exist there. */
  async function identifyGrant({ tenant: of, id }: StoredPortalClaims, now: number): Promise<Found> {
    const [worth, tenant] = await Promise.all([worthOfGrant(deps, of, id, now), deps.tenantInUse(of)]);
    return worth && { ...worth, credential: id, tenant };
  }

  async function identifyFirst(token: string): Promise<Found> {
    if (!(await isFirstKey(hashOfText(token)))) return undefined;
    return { credential: 'first', scopes: ['admin'], tenant: await deps.tenantInUse(FIRST_TENANT) };
  }

  function find(token: string, now: number): Promise<Found> {
    const key = KEY_TEXT.parse(token);
    if (key) return identifyKey(key, token, now);
    const session = SESSION_TEXT.parse(token);
    if (session) return identifySession(session, token, now);
    return looksLikeJwt(token) ? identifyPortal(token, now) : identifyFirst(token);
  }

  return async (token, now) => {
    const found = await find(token, now);
    return found?.tenant && { ...found, tenant: found.tenant };
  };
}
