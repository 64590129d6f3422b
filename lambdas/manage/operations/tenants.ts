import type { ROUTES } from '../../api/routes.ts';
import {
  ownSettings as ownSettingsSchema,
  type TenantHealth,
  type TenantSettings,
  type TenantView,
  tenantSettings,
} from '../../api/tenants.ts';
import { frameOf, type Maker } from '../../config/maker.ts';
import { NO_TROUBLES } from '../../endpoint-health/target-state.ts';
import { ApiError, invalid, notFound } from '../../http/errors.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import { FIRST_TENANT, limitsOf } from '../../tenants/tenant-defaults.ts';
import { ulidOf } from '../../values/ids.ts';
import { mergePatch } from '../../values/merge-patch.ts';
import type { Environment, ManageDeps } from '../deps.ts';
import { lastHourOf } from '../last-hour.ts';
import { cursorOf, idOfCursor, pageAnswer, pageOf } from '../lists/page.ts';
import type { Call, Operation } from '../operation.ts';
import { changing } from '../optimistic-update.ts';
import { checked } from '../request.ts';

type Routes = typeof ROUTES;

/** A tenant by its settings. @param previous what it was before; undefined for a new one */
const tenantFrom = (settings: TenantSettings, make: Maker, previous?: Tenant): Tenant => ({
  ...settings,
  id: previous?.id ?? make.id('ten'),
  schemaCheck: settings.schemaCheck ?? 'off',
  limits: settings.limits as Tenant['limits'],
  ...frameOf(make, previous),
});

/** A tenant's settings, as they are read and can be written back: what it decides for itself, and what was agreed. */
const ownSettingsOf = ({ name, contact, schemaCheck, metadata }: Tenant) => ({
  name,
  ...(contact !== undefined && { contact }),
  schemaCheck,
  ...(metadata && { metadata }),
});
const agreedSettingsOf = ({ limits, logRetentionHours }: Tenant) => ({
  ...(limits && { limits }),
  ...(logRetentionHours !== undefined && { logRetentionHours }),
});

const viewOf = (tenant: Tenant): TenantView => ({
  id: tenant.id,
  ...ownSettingsOf(tenant),
  ...agreedSettingsOf(tenant),
  limits: limitsOf(tenant),
  createdAt: tenant.createdAt,
  updatedAt: tenant.updatedAt,
  ...(tenant.deletedAt && { deletedAt: tenant.deletedAt }),
});

const shown = (tenant: Tenant) => ({ status: 200, body: viewOf(tenant), revision: tenant.revision }) as const;

/** @throws ApiError when the tenant's log would be kept longer than the environment keeps payloads */
function refuseTooLong(
  { maxLogRetentionHours }: Environment,
  { logRetentionHours }: TenantSettings,
  previous?: Tenant,
): void {
  if (logRetentionHours === undefined || logRetentionHours === previous?.logRetentionHours) return;
  if (logRetentionHours <= maxLogRetentionHours) return;
  throw invalid(`expected at most ${maxLogRetentionHours} in this environment`, 'logRetentionHours');
}

type Deps = Pick<ManageDeps, 'tenants'>;

/** @throws ApiError when there is none */
async function existing({ tenants }: Deps, id: string, at: string): Promise<Tenant> {
  const found = ulidOf('ten', id) && (await tenants.getTenant(id, at));
  if (!found) throw notFound('tenant');
  return found;
}

export const createTenant: Operation<Routes['createTenant']> = async (
  { tenants, environment },
  { body, make },
) => {
  refuseTooLong(environment, body);
  const made = tenantFrom(body, make);
  await tenants.addTenant(made);
  return { ...shown(made), status: 201 };
};

export const listTenants: Operation<Routes['listTenants']> = async (deps, { query, make }) => {
  const page = pageOf(query);
  await existing(deps, FIRST_TENANT, make.at);
  const after = idOfCursor('ten', page.cursor);
  const found = await Array.fromAsync(deps.tenants.listTenants({ ...page, after }));
  const healthOf = query.include ? await healthsOf(deps, found, make.now) : undefined;
  return pageAnswer(
    found.map((tenant) => ({
      view: { ...viewOf(tenant), ...(healthOf && { health: healthOf(tenant.id) }) },
      cursor: cursorOf('ten', tenant.id),
    })),
    page,
  );
};

/** Tenants that are read for at once. */
const PARALLEL_TENANTS = 25;

/** How tenants of a page do. @param tenants that follow each other */
async function healthsOf(
  deps: Pick<ManageDeps, 'stats' | 'troubled'>,
  tenants: readonly Pick<Tenant, 'id'>[],
  now: number,
): Promise<(id: string) => TenantHealth | undefined> {
  const ids = tenants.map(({ id }) => id).sort();
  const [first, last] = [ids[0], ids.at(-1)];
  if (first === undefined || last === undefined) return () => undefined;
  const [hours, { byTenant, isCut }] = await Promise.all([
    inParallel(
      ids,
      PARALLEL_TENANTS,
      async (id) => [id, await lastHourOf(deps, id, undefined, now)] as const,
    ),
    deps.troubled.countTroubled(now, { first, last }),
  ]);
  const hourOf = new Map(hours);
  return (id) => healthFrom(hourOf.get(id)!, { ...(byTenant.get(id) ?? NO_TROUBLES), isCut });
}

const healthFrom = (
  hour: Awaited<ReturnType<typeof lastHourOf>>,
  troubled: TenantHealth['troubled'],
): TenantHealth => ({
  since: hour.from,
  deliveries: hour.totalDeliveries,
  delivered: hour.delivered,
  dead: hour.failed,
  successRate: hour.successRate,
  attempts: hour.attempts,
  attemptSuccessRate: hour.attemptSuccessRate,
  troubled,
});

export const getTenant: Operation<Routes['getTenant']> = async (deps, { id, make }) =>
  shown(await existing(deps, id, make.at));

export const patchTenant: Operation<Routes['patchTenant']> = async (deps, call) =>
  shown(
    await change(deps, call.id, call, (current) => {
      const patched = mergePatch({ ...ownSettingsOf(current), ...agreedSettingsOf(current) }, call.body);
      const settings = checked(tenantSettings, patched);
      refuseTooLong(deps.environment, settings, current);
      return tenantFrom(settings, call.make, current);
    }),
  );

export const getOwnTenant: Operation<Routes['getOwnTenant']> = async (deps, { tenant, make }) =>
  shown(await existing(deps, tenant, make.at));

export const patchOwnTenant: Operation<Routes['patchOwnTenant']> = async (deps, call) =>
  shown(
    await change(deps, call.tenant, call, (current) => {
      const settings = checked(ownSettingsSchema, mergePatch(ownSettingsOf(current), call.body));
      return tenantFrom({ ...settings, ...agreedSettingsOf(current) }, call.make, current);
    }),
  );

/** From here on no credential of this tenant is admitted, and the erase function deletes what it has. */
export const deleteTenant: Operation<Routes['deleteTenant']> = async (deps, call) => {
  if (call.id === FIRST_TENANT) {
    throw new ApiError(
      409,
      'conflict',
      'the first tenant can’t be deleted: the key made at deployment is its',
    );
  }
  const tenant = await existing(deps, call.id, call.make.at);
  const deleted = tenant.deletedAt
    ? tenant
    : await change(deps, call.id, call, (current) => ({ ...current, deletedAt: call.make.at }));
  // Also when it was deleted before: that request may have failed before this step.
  await deps.erasures.startErasure(call.id, deleted.deletedAt!);
  return { status: 202, body: viewOf(deleted), revision: deleted.revision };
};

const change = (
  deps: Deps,
  id: string,
  { ifMatch, make }: Pick<Call, 'ifMatch' | 'make'>,
  edit: (current: Tenant) => Tenant,
): Promise<Tenant> =>
  changing<Tenant>({
    read: () => existing(deps, id, make.at),
    replace: (next, revision) => deps.tenants.replaceTenant(next, revision),
    ifMatch,
    at: make.at,
    edit: (current) => {
      if (!current.deletedAt) return edit(current);
      throw new ApiError(409, 'conflict', 'this tenant is being deleted');
    },
  });
