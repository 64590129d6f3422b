import type { World } from './world.ts';

/** A tenant that is to be, before it has ids. */
export interface TenantPlan {
  /** Of letters and digits: the first step of its URLs' paths, and the `tenant` in its events' bodies. */
  readonly name: string;
  /** Each has a subscription of its own, to events of its own type. Default: 1. */
  readonly targets?: number;
  /** The host of a target. Default: one of its own, so that its endpoint can be set by itself. */
  readonly host?: (target: number) => string;
  /** Beside the URL: `rateLimit`, `batch`, whatever `POST /v1/targets` takes. */
  readonly settings?: object;
  /** Bytes of an event's payload. Default: 1,024. */
  readonly payloadBytes?: number;
}

interface SimulatedTarget {
  readonly host: string;
  readonly url: string;
  /** `tgt_…` */
  readonly id: string;
  /** `sub_…` */
  readonly subscription: string;
  /** The type of events that come here, and nowhere else. */
  readonly type: string;
}

/** A tenant as it is. */
export interface SimulatedTenant {
  /** `ten_…` */
  readonly id: string;
  readonly name: string;
  readonly targets: readonly SimulatedTarget[];
  /** An event as `POST /v1/events` takes it, which becomes one delivery. @param target a number among its targets */
  event(target?: number): { readonly type: string; readonly data: object };
}

/** Makes tenants through the management's code, at no cost and in no virtual time. A thousand take a few seconds of real time. */
export async function createTenants(
  { api }: Pick<World, 'api'>,
  plans: readonly TenantPlan[],
): Promise<SimulatedTenant[]> {
  const tenants: SimulatedTenant[] = [];
  for (const plan of plans) tenants.push(await createTenant(api, plan));
  return tenants;
}

/** Tenants of one target each, called `t0`, `t1` and so on. */
export const plainTenants = (count: number, payloadBytes?: number): TenantPlan[] =>
  Array.from({ length: count }, (_, i) => ({ name: `t${i}`, ...(payloadBytes && { payloadBytes }) }));

async function createTenant(api: World['api'], plan: TenantPlan): Promise<SimulatedTenant> {
  const { name, targets: count = 1, host = (i) => `${name}-${i}.example`, payloadBytes = 1024 } = plan;
  const { id } = (await api.atOnce({ route: 'POST /v1/tenants', body: { name } })) as { id: string };
  const targets: SimulatedTarget[] = [];
  for (let i = 0; i < count; i++) {
    const url = `https://${host(i)}/${name}/${i}`;
    const type = `order.to${i}`;
    const body = { target: { url, ...plan.settings }, filter: { events: [type] } };
    const made = (await api.atOnce({ route: 'POST /v1/subscriptions', tenant: id, body })) as {
      id: string;
      targetId: string;
    };
    targets.push({ host: host(i), url, type, id: made.targetId, subscription: made.id });
  }
  const data = paddedTo(payloadBytes, name);
  return { id, name, targets, event: (target = 0) => ({ type: targets[target]!.type, data }) };
}

/** @throws RangeError for a size that the name alone fills */
function paddedTo(bytes: number, tenant: string): object {
  const missing = bytes - JSON.stringify({ tenant, pad: '' }).length;
  if (missing < 0) throw new RangeError(`payloadBytes: expected at least ${bytes - missing}, got ${bytes}`);
  return { tenant, pad: 'x'.repeat(missing) };
}
