import type { Expectation, ExpectedDeliveries, ExpectedTarget } from '../invariants/invariant.ts';
import type { AcceptedEvent } from '../world/watch.ts';
import type { World } from '../world/world.ts';
import type { Plan, PlannedTarget } from './plan.ts';

/** A target of a history, in the world. */
export interface LivingTarget {
  readonly planned: PlannedTarget;
  readonly expected: ExpectedTarget & { readonly secrets: string[] };
  readonly subscription: string;
  readonly url: string;
  readonly host: string;
}

export interface LivingTenant {
  readonly id: string;
  readonly name: string;
  readonly targets: readonly LivingTarget[];
}

/** The tenants of a history, and what is expected of their events. */
export interface Population {
  readonly tenants: readonly LivingTenant[];
  readonly expected: ExpectedDeliveries;
}

/** Puts a plan's tenants, targets and subscriptions into a world, before it begins. */
export async function settle({ tenants: planned, steps }: Plan, { api }: World): Promise<Population> {
  const tenants: LivingTenant[] = [];
  for (const [number, { targets }] of planned.entries()) {
    const name = `tenant-${number}`;
    const { id } = await api.atOnce({ route: 'POST /v1/tenants', body: { name } });
    const living: LivingTarget[] = [];
    for (const [place, target] of targets.entries())
      living.push(await subscribe(api, { tenant: id, name, place }, target));
    tenants.push({ id, name, targets: living });
  }
  /** Of these nothing is certain: an owner stops or moves them. */
  const uncertain = new Set(
    steps.flatMap((step) =>
      step.kind === 'owner' && (step.act === 'pause' || step.act === 'resume')
        ? [tenants[step.tenant]!.targets[step.target]!.subscription]
        : [],
    ),
  );
  return { tenants, expected: expectedOf(tenants, uncertain) };
}

async function subscribe(
  api: World['api'],
  { tenant, name, place }: { readonly tenant: string; readonly name: string; readonly place: number },
  planned: PlannedTarget,
): Promise<LivingTarget> {
  const host = `target-${place}.${name}.example`;
  const url = `https://${host}/${name}/target-${place}`;
  const { schedule, timeoutSeconds, perSecond, batching, events } = planned;
  const retry = { schedule, jitter: 0.2 };
  const made = await api.atOnce({
    route: 'POST /v1/subscriptions',
    tenant,
    body: {
      target: {
        url,
        retry,
        timeoutSeconds,
        ...(perSecond !== undefined && { rateLimit: { perSecond } }),
        ...(batching && { batching }),
      },
      filter: { events },
    },
  });
  return {
    planned,
    subscription: made.id,
    url,
    host,
    expected: {
      tenant,
      id: made.targetId,
      tenantName: name,
      subscriptions: 1,
      perSecond,
      retry,
      timeoutMs: timeoutSeconds * 1000,
      batching,
      secrets: [made.secret],
    },
  };
}

function expectedOf(tenants: readonly LivingTenant[], uncertain: ReadonlySet<string>): ExpectedDeliveries {
  const all = tenants.flatMap(({ targets }) => targets);
  const byUrl = new Map(all.map((target) => [target.url, target.expected]));
  const byId = new Map(all.map(({ expected }) => [`${expected.tenant}/${expected.id}`, expected]));
  const names = new Map(tenants.map(({ id, name }) => [id, name]));
  const byTenant = new Map(tenants.map((tenant) => [tenant.id, tenant.targets]));
  return {
    of({ tenant, type }: AcceptedEvent): Expectation {
      const wanting = (byTenant.get(tenant) ?? []).filter(({ planned }) => wants(planned.events, type));
      const deliveries = wanting.map(({ subscription, expected }) => ({ subscription, target: expected.id }));
      return {
        must: deliveries.filter(({ subscription }) => !uncertain.has(subscription)),
        may: deliveries.filter(({ subscription }) => uncertain.has(subscription)),
      };
    },
    targetAt: (url) => byUrl.get(url),
    tenantName: (tenant) => names.get(tenant),
    target: (tenant, id) => byId.get(`${tenant}/${id}`),
  };
}

const wants = (patterns: readonly string[], type: string): boolean =>
  patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === type ||
      (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  );
