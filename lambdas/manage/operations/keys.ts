import { KEY_TEXT, keyPrefix, mayGrant, OVERLAP_HOURS, rotatedSecrets } from '../../access/api-key.ts';
import type { ApiKey } from '../../access/api-key-entity.ts';
import { hashOfText } from '../../access/bearer-text.ts';
import type { Scope } from '../../access/scopes.ts';
import { type KeyView, keySettings } from '../../api/keys.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { Caller } from '../../http/caller.ts';
import { insufficient, invalid } from '../../http/errors.ts';
import { FIRST_TENANT } from '../../tenants/tenant-defaults.ts';
import { ulidOf } from '../../values/ids.ts';
import { mergePatch } from '../../values/merge-patch.ts';
import type { ManageDeps } from '../deps.ts';
import { cursorOf, idOfCursor, pageAnswer, pageOf } from '../lists/page.ts';
import type { Operation } from '../operation.ts';
import { checked } from '../request.ts';

type Routes = typeof ROUTES;

/** The tenant whose keys are meant. @throws ApiError unless it is the caller's, or the caller is an administrator */
async function tenantMeant(
  { tenants }: Pick<ManageDeps, 'tenants'>,
  { tenant, scopes }: Caller,
  named: string | undefined,
): Promise<string> {
  if (named === undefined || named === tenant) return tenant;
  if (!scopes.includes('admin'))
    throw insufficient('expected the scope admin to handle another tenant’s keys');
  const known = ulidOf('ten', named) && (await tenants.readTenant(named));
  if (!known || known.deletedAt) throw invalid('no such tenant', 'tenantId');
  return named;
}

/** A key can grant only the scopes it has. @throws ApiError */
export function refuseGranting(caller: Caller, granted: readonly Scope[]): void {
  if (mayGrant(caller.scopes, granted)) return;
  throw insufficient(
    `expected no scopes beyond the caller’s (${caller.scopes.join(', ')}), got ${granted.join(', ')}`,
  );
}

/** Only an administrator may change an administrator's key. @throws ApiError */
function refuseTouching(caller: Caller, { scopes }: ApiKey): void {
  if (!scopes.includes('admin') || caller.scopes.includes('admin')) return;
  throw insufficient('expected the scope admin to change an administrator’s key');
}

/**
 * A key's end as it is stored. A key makes none that outlives it.
 * @throws ApiError when it is past, or beyond the caller's own
 */
function endOf(text: string | undefined, caller: Caller, now: number): string | undefined {
  const end = text === undefined ? undefined : new Date(text).toISOString();
  if (end !== undefined && Date.parse(end) <= now)
    throw invalid('expected a time in the future', 'expiresAt');
  if (caller.expiresAt === undefined || (end !== undefined && end <= caller.expiresAt)) return end;
  throw invalid(`expected a time no later than the caller's own end, ${caller.expiresAt}`, 'expiresAt');
}

/** An administrator's key opens the whole environment, so it belongs to no customer. @throws ApiError */
function refuseAdminOf(tenant: string, scopes: readonly Scope[]): void {
  if (!scopes.includes('admin') || tenant === FIRST_TENANT) return;
  throw invalid('expected scopes without admin: it is for keys of the first tenant alone', 'scopes');
}

function viewOf(tenantId: string, key: ApiKey, lastUsedAt: string | undefined): KeyView {
  return {
    id: key.id,
    prefix: keyPrefix(key.id),
    name: key.name,
    scopes: [...key.scopes],
    tenantId,
    createdAt: key.createdAt,
    updatedAt: key.updatedAt,
    ...(key.expiresAt && { expiresAt: key.expiresAt }),
    ...(lastUsedAt && { lastUsedAt }),
  };
}

async function shown({ keyUses }: Pick<ManageDeps, 'keyUses'>, tenant: string, key: ApiKey) {
  const uses = await keyUses.getKeyUses([key.id]);
  return { status: 200, body: viewOf(tenant, key, uses.get(key.id)), revision: key.revision } as const;
}

export const createKey: Operation<Routes['createKey']> = async (deps, { caller, body, make }) => {
  const tenant = await tenantMeant(deps, caller, body.tenantId);
  refuseGranting(caller, body.scopes);
  refuseAdminOf(tenant, body.scopes);
  const id = make.id('key');
  await deps.keys.refuseBeyondLimit(tenant, id);
  const text = KEY_TEXT.write({ id, tenant }, make.secret());
  const made: ApiKey = {
    id,
    name: body.name,
    scopes: body.scopes,
    secrets: [{ hash: hashOfText(text), createdAt: make.at }],
    expiresAt: endOf(body.expiresAt, caller, make.now),
    createdAt: make.at,
    updatedAt: make.at,
    revision: 1,
  };
  await deps.keys.add(tenant, made);
  const view = viewOf(tenant, made, undefined);
  return { status: 201, body: { ...view, key: text }, revision: 1, shownOnce: ['key'] };
};

export const listKeys: Operation<Routes['listKeys']> = async (deps, { caller, query }) => {
  const page = pageOf(query);
  const tenant = await tenantMeant(deps, caller, query.tenantId);
  const found = await deps.keys.list(tenant, {
    ...page,
    after: idOfCursor('key', page.cursor),
  });
  const uses = await deps.keyUses.getKeyUses(found.map(({ id }) => id));
  return pageAnswer(
    found.map((key) => ({ view: viewOf(tenant, key, uses.get(key.id)), cursor: cursorOf('key', key.id) })),
    page,
  );
};

export const getKey: Operation<Routes['getKey']> = async (deps, { caller, query, id }) => {
  const tenant = await tenantMeant(deps, caller, query.tenantId);
  return shown(deps, tenant, await deps.keys.existing(tenant, id));
};

export const patchKey: Operation<Routes['patchKey']> = async (
  deps,
  { caller, query, id, ifMatch, make, body },
) => {
  const tenant = await tenantMeant(deps, caller, query.tenantId);
  const next = await deps.keys.change(tenant, id, ifMatch, make.at, (current) => {
    refuseTouching(caller, current);
    const known = { name: current.name, ...(current.expiresAt && { expiresAt: current.expiresAt }) };
    const { name, expiresAt } = checked(keySettings, mergePatch(known, body));
    const isChanged = expiresAt !== current.expiresAt;
    return { ...current, name, expiresAt: isChanged ? endOf(expiresAt, caller, make.now) : expiresAt };
  });
  return shown(deps, tenant, next);
};

export const rotateKey: Operation<Routes['rotateKey']> = async (
  deps,
  { caller, query, id, ifMatch, make, body },
) => {
  const tenant = await tenantMeant(deps, caller, query.tenantId);
  const text = KEY_TEXT.write({ id, tenant }, make.secret());
  const overlapHours = body.overlapHours ?? OVERLAP_HOURS.default;
  const next = await deps.keys.change(tenant, id, ifMatch, make.at, (current) => {
    // The answer shows a key, so this is granting it.
    refuseGranting(caller, current.scopes);
    return { ...current, secrets: rotatedSecrets(current.secrets, text, make.now, overlapHours) };
  });
  const { body: view, revision } = await shown(deps, tenant, next);
  return { status: 200, body: { ...view, key: text }, revision, shownOnce: ['key'] };
};

export const deleteKey: Operation<Routes['deleteKey']> = async (deps, { caller, query, id, ifMatch }) => {
  const tenant = await tenantMeant(deps, caller, query.tenantId);
  refuseTouching(caller, await deps.keys.existing(tenant, id));
  await deps.keys.remove(tenant, id, ifMatch);
  return { status: 204 };
};
