import { isSuccess } from '../../../lambdas/http-client/status-codes.ts';
import { deliveryIn } from '../../invariants/logged-delivery.ts';
import { textIn } from '../../invariants/typed-item.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type {
  AcceptedEvent,
  EndpointAnswer,
  EndpointRequest,
  TableWrite,
  Watcher,
} from '../../world/watch.ts';

/**
 * Whose latencies are told: of tenants that have nothing to do with the trouble, apart from those whose endpoints no one knows yet
 * when it begins.
 */
export type Group = 'others' | 'newcomers';

/** An event with one subscription: its only delivery has the same id in `webhook-id`. Times are milliseconds of the kernel. */
interface Seen {
  group: Group | undefined;
  /** When its producer had the answer. */
  acceptedAt: number | undefined;
  /** When dispatch knew of its endpoint's first 2xx. */
  arrivedAt: number | undefined;
  arrivals: number;
  isDead: boolean;
}

/** From a producer's answer until the first 2xx. */
interface Latency {
  readonly group: Group;
  readonly at: number;
  readonly ms: number;
}

/** What became of all that was accepted. */
export interface Tally {
  readonly watcher: Watcher;
  /** Accepted, and neither delivered nor dead. */
  readonly waiting: number;
  readonly count: { readonly accepted: number; readonly delivered: number; readonly dead: number };
  /** Dead, by the log's reason. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Deliveries that an endpoint got more than once. */
  readonly twice: number;
  /** Of deliveries of tenants in a group, in the order of their arrival. */
  readonly latencies: readonly Latency[];
  /** Whether all that was accepted before this time is delivered or dead. */
  isDone(before: number): boolean;
  /** Of what was accepted before: when the last was delivered. */
  lastArrival(before: number): number | undefined;
  /** Accepted, and neither delivered nor dead, up to a bound. */
  missing(most: number): string[];
}

/**
 * Watches a world. Each event that it is told of has to have exactly one subscription.
 * @param groupOf a tenant's group; undefined for one whose latencies are of no interest
 */
export function createTally(
  kernel: Pick<Kernel, 'now'>,
  groupOf: (tenant: string) => Group | undefined,
): Tally {
  const events = new Map<string, Seen>();
  const underWay = new Map<number, Seen>();
  const reasons = new Map<string, number>();
  const latencies: Latency[] = [];
  const count = { accepted: 0, delivered: 0, dead: 0 };
  let twice = 0;

  function seen(id: string): Seen {
    const known = events.get(id);
    if (known) return known;
    const made: Seen = {
      group: undefined,
      acceptedAt: undefined,
      arrivedAt: undefined,
      arrivals: 0,
      isDead: false,
    };
    events.set(id, made);
    return made;
  }

  const isOpen = ({ acceptedAt, arrivedAt, isDead }: Seen): boolean =>
    acceptedAt !== undefined && arrivedAt === undefined && !isDead;

  function arrived({ group, acceptedAt, arrivedAt = 0 }: Seen): void {
    count.delivered++;
    if (group) latencies.push({ group, at: arrivedAt, ms: Math.max(0, arrivedAt - acceptedAt!) });
  }

  /** @param reason of a delivery; `event` for an event that was marked dead before it had any */
  function die(event: Seen | undefined, reason: string): void {
    if (!event || !isOpen(event)) return;
    event.isDead = true;
    count.dead++;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }

  const watcher: Watcher = {
    accepted({ tenant, id, at }: AcceptedEvent) {
      const event = seen(id);
      event.group = groupOf(tenant);
      event.acceptedAt = at;
      count.accepted++;
      // An endpoint may have it before its producer has the answer.
      if (event.arrivedAt !== undefined) arrived(event);
    },
    reached({ number, headers }: EndpointRequest) {
      underWay.set(number, seen(headers['webhook-id'] ?? ''));
    },
    answered({ number, status }: EndpointAnswer) {
      const event = underWay.get(number);
      underWay.delete(number);
      if (!event || status === undefined || !isSuccess(status)) return;
      event.arrivals++;
      if (event.arrivals === 2) twice++;
      if (event.arrivals > 1) return;
      event.arrivedAt = kernel.now();
      if (event.isDead) count.dead--;
      event.isDead = false;
      if (event.acceptedAt !== undefined) arrived(event);
    },
    wrote({ table, before, after }: TableWrite) {
      if (table === 'log' && after?.dead?.BOOL === true && before?.dead?.BOOL !== true)
        die(events.get(textIn(after, 'id') ?? ''), 'event');
      if (table !== 'log' || textIn(after, 'status') !== 'dead' || textIn(before, 'status') === 'dead')
        return;
      const delivery = deliveryIn(after);
      if (delivery) die(events.get(delivery.event), delivery.reason ?? 'none');
    },
  };

  return {
    watcher,
    get waiting() {
      return count.accepted - count.delivered - count.dead;
    },
    count,
    reasons,
    get twice() {
      return twice;
    },
    latencies,
    isDone(before) {
      for (const event of events.values()) if (isOpen(event) && event.acceptedAt! < before) return false;
      return true;
    },
    lastArrival(before) {
      let last: number | undefined;
      for (const { acceptedAt = before, arrivedAt } of events.values())
        if (acceptedAt < before && arrivedAt !== undefined) last = Math.max(last ?? 0, arrivedAt);
      return last;
    },
    missing: (most) =>
      [...events]
        .filter(([, event]) => isOpen(event))
        .slice(0, most)
        .map(([id]) => id),
  };
}
