import type { Random } from '../kernel/random.ts';
import type { SimulatedTenant } from './tenants.ts';
import type { World } from './world.ts';

/** What a producer publishes. */
export interface Load {
  readonly tenant: SimulatedTenant;
  /** Events a second. */
  readonly perSecond: number;
  /** Events of a request, up to 100. Default: 1, by `POST /v1/events`. */
  readonly eventsPerRequest?: number;
  /** `poisson`: each request by itself, as those of many users come. `even`: one after another. Default: poisson. */
  readonly arrivals?: 'poisson' | 'even';
  /** Virtual time, in milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

export interface Producers {
  /** Events that were to be published so far, those with a 202, and those that were given up. */
  readonly counts: Readonly<Counts>;
  /** What the API answered, by status. */
  readonly answers: ReadonlyMap<number, number>;
}

interface Counts {
  offered: number;
  accepted: number;
  givenUp: number;
}

/** Producers try again as HTTP clients do: after half a second, twice as late each time, five times. */
const RETRY = { firstMs: 500, most: 5 } as const;
const AGAIN: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * Publishes through the API. When requests come is drawn for each load by itself, so one that is added or removed moves no other's.
 * @throws RangeError for a rate that is not above 0
 */
export function startProducers(world: World, loads: readonly Load[]): Producers {
  const counts: Counts = { offered: 0, accepted: 0, givenUp: 0 };
  const answers = new Map<number, number>();
  for (const load of loads) start(world, load, counts, answers);
  return { counts, answers };
}

function start(world: World, load: Load, counts: Counts, answers: Map<number, number>): void {
  const { tenant, perSecond, eventsPerRequest = 1, arrivals = 'poisson', from, until } = load;
  if (!(perSecond > 0)) throw new RangeError(`perSecond: expected more than 0, got ${perSecond}`);
  const { kernel } = world;
  const random = kernel.random.fork(`producer/${tenant.name}`);
  const meanMs = (1000 * eventsPerRequest) / perSecond;
  let next = 0;

  function publish(): void {
    const events = Array.from({ length: eventsPerRequest }, () =>
      tenant.event(next++ % tenant.targets.length),
    );
    counts.offered += events.length;
    void send(world, { tenant, events, random, counts, answers });
  }
  const gapMs = arrivals === 'even' ? () => meanMs : () => -Math.log(1 - random.next()) * meanMs;
  const go = (at: number): void => {
    if (at >= until) return;
    kernel.at(at, () => {
      publish();
      go(at + gapMs());
    });
  };
  // All at the same moment would be a wave of its own.
  go(from + (arrivals === 'even' ? random.next() * meanMs : gapMs()));
}

interface Sending {
  readonly tenant: SimulatedTenant;
  readonly events: readonly { readonly type: string }[];
  readonly random: Random;
  readonly counts: Counts;
  readonly answers: Map<number, number>;
}

async function send(world: World, { tenant, events, random, counts, answers }: Sending): Promise<void> {
  const { api, kernel } = world;
  const [first] = events;
  const request =
    events.length === 1
      ? { route: 'POST /v1/events', tenant: tenant.id, body: first }
      : { route: 'POST /v1/events/batch', tenant: tenant.id, body: { events } };
  for (let attempt = 1; ; attempt++) {
    const { status, body } = await api.request(request);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    if (status === 202) return accept(world, tenant, events, body as Published, counts);
    if (!AGAIN.has(status) || attempt > RETRY.most) break;
    await kernel.sleep(RETRY.firstMs * 2 ** (attempt - 1) * (0.5 + random.next()));
  }
  counts.givenUp += events.length;
}

interface Published {
  readonly id?: string;
  readonly events?: readonly { readonly id?: string }[];
}

function accept(
  { kernel, watchers }: World,
  tenant: SimulatedTenant,
  events: readonly { readonly type: string }[],
  published: Published,
  counts: Counts,
): void {
  const ids = published.events?.map(({ id }) => id) ?? [published.id];
  const at = kernel.now();
  ids.forEach((id, i) => {
    if (id === undefined) {
      counts.givenUp++;
      return;
    }
    counts.accepted++;
    for (const watcher of watchers) watcher.accepted?.({ tenant: tenant.id, id, type: events[i]!.type, at });
  });
}
