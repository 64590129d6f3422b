import type { SimulatedTenant } from '../../world/tenants.ts';
import type { World } from '../../world/world.ts';
export interface ProducerOptions {
  readonly world: World;
  /** It publishes for its targets in turn. */
  readonly tenant: SimulatedTenant;
  /** Events of a request. */
  readonly batch: number;
  /** From one request to the next, in milliseconds. */
  readonly everyMs: number;
  /** Virtual times between which it publishes. */
  readonly from: number;
  readonly until: number;
}

export interface Producer {
  /** It publishes nothing more. */
  stop(): void;
}

const FIRST_REPEAT_MS = 1000;
const LAST_REPEAT_MS = 60_000;

/** Publishes at a steady pace, and repeats each request until it has a 202, as a producer with an outbox does. */
export function startProducer(options: ProducerOptions): Producer {
  const { world, tenant, batch, everyMs, from, until } = options;
  const { kernel, api, watchers } = world;
  let made = 0;
  let isOver = false;

  async function publish(): Promise<void> {
    const events = Array.from({ length: batch }, () => tenant.event(made++ % tenant.targets.length));
    const request =
      batch === 1
        ? { route: 'POST /v1/events', tenant: tenant.id, body: events[0] }
        : { route: 'POST /v1/events/batch', tenant: tenant.id, body: { events } };
    for (let waitMs = FIRST_REPEAT_MS; ; waitMs = Math.min(LAST_REPEAT_MS, waitMs * 2)) {
      const { status, body } = await api.request(request);
      if (status === 202) return accept(events, idsOf(body));
      if (status < 500 && status !== 429)
        throw new Error(`expected 202, got ${status}: ${JSON.stringify(body)}`);
      await kernel.sleep(waitMs);
    }
  }

  function accept(events: readonly { readonly type: string }[], ids: readonly string[]): void {
    const at = kernel.now();
    for (const [i, id] of ids.entries())
      for (const watcher of watchers)
        watcher.accepted?.({ tenant: tenant.id, id, type: events[i]!.type, at });
  }

  function next(): void {
    if (isOver || kernel.now() >= until) return;
    void publish();
    kernel.after(everyMs, next);
  }
  // Producers don't begin together.
  kernel.at(from + kernel.random.next() * Math.min(everyMs, until - from), next);
  return {
    stop() {
      isOver = true;
    },
  };
}

const idsOf = ({ id, events }: { id?: string; events?: readonly { readonly id?: string }[] }): string[] =>
  id === undefined ? (events ?? []).map((event) => event.id!) : [id];
