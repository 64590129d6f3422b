import type { Random } from '../kernel/random.ts';
import { BEHAVIOURS, type Behaviour, flapping, rateLimited } from '../world/endpoints.ts';
import type { World } from '../world/world.ts';
import type { PlannedBehaviour, Step } from './plan.ts';
import type { LivingTarget, LivingTenant, Population } from './population.ts';

const behaviourOf = (planned: PlannedBehaviour): Behaviour => {
  switch (planned) {
    case 'flapping':
      return flapping(20_000, 20_000);
    case 'limited':
      return rateLimited(2);
    default:
      return BEHAVIOURS[planned];
  }
};

/** Has a plan's steps happen: what is published, how endpoints behave, what owners do. What else goes wrong is planned-mischief.ts's. */
export function perform(steps: readonly Step[], world: World, { tenants }: Population): void {
  const { kernel, endpoints } = world;
  const random = kernel.random.fork('acts');
  for (const step of steps) {
    if (step.kind === 'publish')
      kernel.after(step.atMs, () => void publish(step, world, tenants[step.tenant]!, random));
    if (step.kind === 'owner') {
      const tenant = tenants[step.tenant]!;
      kernel.after(step.atMs, () => void act(step.act, world, tenant, tenant.targets[step.target]!));
    }
    if (step.kind === 'endpoint') {
      const { host } = tenants[step.tenant]!.targets[step.target]!;
      kernel.after(step.atMs, () => endpoints.set(host, behaviourOf(step.behaviour)));
      kernel.after(step.atMs + step.forMs, () => endpoints.set(host, BEHAVIOURS.fast));
    }
  }
}

async function publish(
  step: Extract<Step, { readonly kind: 'publish' }>,
  { kernel, api, watchers }: World,
  { id: tenant, name }: LivingTenant,
  random: Random,
): Promise<void> {
  const { type, requests, events, everyMs, priority, bytes } = step;
  const make = (n: number): object => ({
    // Ids of producers' own make repeating safe.
    ...(n % 2 === 0 && { id: `${name}-${type}-${step.atMs}-${n}` }),
    type,
    ...(priority && { priority }),
    data: { tenant: name, n, pad: 'x'.repeat(bytes) },
  });
  for (let request = 0; request < requests; request++) {
    const made = Array.from({ length: events }, (_, n) => make(request * events + n));
    void send(made);
    if (everyMs > 0) await kernel.sleep(everyMs);
  }

  async function send(made: readonly object[], tries = 1): Promise<void> {
    const one = made.length === 1;
    const { status, body } = await api.request({
      route: one ? 'POST /v1/events' : 'POST /v1/events/batch',
      tenant,
      body: one ? made[0] : { events: made },
    });
    if (status === 202) {
      for (const { id } of one ? [body] : (body.events as { id?: string }[]))
        if (id !== undefined)
          for (const watcher of watchers) watcher.accepted?.({ tenant, id, type, at: kernel.now() });
      return;
    }
    // A producer that gets no answer of ours repeats, and gives up at last.
    if ((status !== 429 && status < 500) || tries === 5) return;
    await kernel.sleep(random.int(200, 2000) * 2 ** tries);
    await send(made, tries + 1);
  }
}

type Act = Extract<Step, { readonly kind: 'owner' }>['act'];

async function act(
  what: Act,
  { api }: World,
  { id: tenant }: LivingTenant,
  { subscription, expected }: LivingTarget,
): Promise<void> {
  const ofTarget = { tenant, parameters: { id: expected.id } };
  const ofSubscription = { tenant, parameters: { id: subscription } };
  switch (what) {
    case 'try now':
      await tryEach(api, tenant, expected.id);
      return;
    case 'retry all':
      await api.request({ route: 'POST /v1/targets/{id}/retry', ...ofTarget, body: {} });
      return;
    case 'enable':
      await api.request({ route: 'POST /v1/targets/{id}/enable', ...ofTarget });
      return;
    case 'pause':
    case 'resume':
      await api.request({ route: `POST /v1/subscriptions/{id}/${what}`, ...ofSubscription });
      return;
    case 'replay':
      await api.request({
        route: 'POST /v1/dead-letters/redrive',
        tenant,
        body: { targetId: expected.id },
      });
      return;
    case 'rotate': {
      const { status, body } = await api.request({
        route: 'POST /v1/targets/{id}/secrets/rotate',
        ...ofTarget,
        body: {},
      });
      if (status === 200)
        for (const { secret } of body.items as { secret: string }[])
          if (!expected.secrets.includes(secret)) expected.secrets.push(secret);
    }
  }
}

/** Deliveries that an owner tries again one by one. */
const TRIED = 10;

async function tryEach(api: World['api'], tenant: string, targetId: string): Promise<void> {
  const query = { targetId, status: 'retrying,parked', limit: String(TRIED) };
  const { status, body } = await api.request({ route: 'GET /v1/deliveries', tenant, query });
  if (status !== 200) return;
  for (const { id } of body.items as { id: string }[])
    await api.request({ route: 'POST /v1/deliveries/{id}/retry', tenant, parameters: { id } });
}
