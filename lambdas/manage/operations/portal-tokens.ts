import { beforeValidGrants, isGrantValid, type PortalGrant } from '../../access/portal-grant.ts';
import { PORTAL_SECONDS } from '../../access/portal-token.ts';
import type { PortalTokenView } from '../../api/portal-tokens.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { Caller } from '../../http/caller.ts';
import { allInvalid, notFound } from '../../http/errors.ts';
import { isEphemeral, ulidOf, withPrefix } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { ManageDeps } from '../deps.ts';
import { cursorOf, idOfCursor, pageAnswer, pageOf } from '../lists/page.ts';
import type { Operation } from '../operation.ts';
import { refuseGranting } from './keys.ts';

type Routes = typeof ROUTES;

/** When a token ends that is made now: no later than the key that makes it. A JWT's times are whole seconds. */
function endOf(seconds: number, caller: Caller, now: number): number {
  const wanted = (Math.floor(now / 1000) + seconds) * 1000;
  return caller.expiresAt === undefined ? wanted : Math.min(wanted, Date.parse(caller.expiresAt));
}

/** @throws ApiError that names each id that is no target of the tenant */
async function refuseUnknown(
  { targets }: Pick<ManageDeps, 'targets'>,
  tenant: string,
  ids: readonly string[],
): Promise<void> {
  const found = await targets.findMany(
    tenant,
    // What a listener has ends with it.
    ids.filter((id) => ulidOf('tgt', id) !== undefined && !isEphemeral(id)),
  );
  const known = new Set(found.map(({ id }) => id));
  const problems = ids.flatMap((id, i) =>
    known.has(id) ? [] : [{ message: 'no such target', field: `targetIds[${i}]` }],
  );
  if (problems.length > 0) throw allInvalid(problems);
}

function viewOf({ id, name, scopes, targets, madeBy, createdAt, expiresAt }: PortalGrant): PortalTokenView {
  return {
    id,
    ...(name !== undefined && { name }),
    scopes: [...scopes],
    ...(targets && { targetIds: [...targets] }),
    madeBy,
    createdAt,
    expiresAt,
  };
}

/** The grant is stored before the token is signed: a token without a grant would be worth nothing. */
export const createPortalToken: Operation<Routes['createPortalToken']> = async (
  deps,
  { tenant, caller, body, make },
) => {
  const { portal, portalTokens, randomBytes } = deps;
  const { name, scopes = ['read'], targetIds, expiresInSeconds = PORTAL_SECONDS.default } = body;
  refuseGranting(caller, scopes);
  if (targetIds) await refuseUnknown(deps, tenant, targetIds);
  const expires = endOf(expiresInSeconds, caller, make.now);
  const id = withPrefix('ptk', make.ulid(expires));
  await portalTokens.refuseBeyondLimit(tenant, id, undefined, beforeValidGrants(make.now));
  const made: PortalGrant = {
    id,
    name,
    scopes,
    targets: targetIds,
    madeBy: caller.credential,
    makersTenant: caller.home,
    expiresAt: rfc3339(expires),
    ttl: Math.ceil(expires / 1000),
    createdAt: make.at,
    updatedAt: make.at,
    revision: 1,
  };
  await portalTokens.add(tenant, made);
  // The library is loaded by the first token, not by every cold start.
  const { SIGNING_KEY_BYTES, signPortalToken } = await import('../../access/portal-jwt.ts');
  const key = await portal.signingKey(() => randomBytes(SIGNING_KEY_BYTES));
  const token = await signPortalToken(key, { tenant, id }, make.now, expires);
  return { status: 201, body: { ...viewOf(made), token }, revision: 1, shownOnce: ['token'] };
};

export const listPortalTokens: Operation<Routes['listPortalTokens']> = async (
  { portalTokens },
  { tenant, query, make },
) => {
  const page = pageOf(query);
  const cursor = idOfCursor('ptk', page.cursor);
  const valid = beforeValidGrants(make.now);
  // From the end of all, those that are over come last.
  const after = page.newestFirst || (cursor && cursor > valid) ? cursor : valid;
  const found = await portalTokens.list(tenant, { ...page, after });
  const listed = found.filter((grant) => isGrantValid(grant, make.now));
  return pageAnswer(
    listed.map((grant) => ({ view: viewOf(grant), cursor: cursorOf('ptk', grant.id) })),
    page,
  );
};

/** @throws ApiError when there is none that is valid */
async function existing(
  { portalTokens }: Pick<ManageDeps, 'portalTokens'>,
  tenant: string,
  id: string,
  now: number,
): Promise<PortalGrant> {
  const grant = await portalTokens.find(tenant, id);
  if (!grant || !isGrantValid(grant, now)) throw notFound('portal token');
  return grant;
}

export const getPortalToken: Operation<Routes['getPortalToken']> = async (deps, { tenant, id, make }) => {
  const grant = await existing(deps, tenant, id, make.now);
  return { status: 200, body: viewOf(grant), revision: grant.revision };
};

/** Without its grant a token is worth nothing. */
export const deletePortalToken: Operation<Routes['deletePortalToken']> = async (
  deps,
  { tenant, id, ifMatch, make },
) => {
  await existing(deps, tenant, id, make.now);
  await deps.portalTokens.remove(tenant, id, ifMatch);
  return { status: 204 };
};
