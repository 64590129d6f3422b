import type { DeathReason } from '../delivery/delivery.ts';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { timeOfUlid } from '../values/ids.ts';

/**
 * Statistics are counters in one item for each hour and scope (a tenant, or one of its targets). The item holds the
 * hour's totals and, under names such as `delivered:07`, those of each minute: one write serves both.
 */
export const COUNTERS = [
  /** Deliveries whose first attempt was made. */
  'deliveries',
  'attempts',
  'delivered',
  /** Deliveries that the first attempt delivered. */
  'deliveredFirst',
  'dead',
  /** Milliseconds that endpoints took to answer, over all attempts. */
  'answerMs',
  /** Milliseconds from acceptance to delivery, over all delivered. */
  'latencyMs',
] as const;
type Counter = (typeof COUNTERS)[number];
export type Counts = Record<Counter, number>;

/** The counters that are also kept by minute. */
const MINUTE_COUNTERS = ['deliveries', 'delivered', 'dead'] as const satisfies Counter[];

/** What to add to one hour's item. */
export interface StatsIncrement {
  readonly tenant: string;
  readonly target: string | undefined;
  /** `2026-11-21T20`, UTC. */
  readonly hour: string;
  /** Amounts by attribute name, without zeroes. */
  readonly add: ReadonlyMap<string, number>;
}

/**
 * Adds up a batch of outcomes: one increment for each hour of each tenant and each target. Outcomes that only say that
 * deliveries wait add nothing, and make no increment.
 */
export function tallyOutcomes(outcomes: readonly Outcome[]): StatsIncrement[] {
  const items = new Map<string, StatsIncrement & { add: Map<string, number> }>();
  for (const outcome of outcomes) {
    const { hour, minute } = hourAndMinute(outcome.at);
    for (const target of [undefined, outcome.target]) {
      const name = `${outcome.tenant} ${target} ${hour}`;
      const item = items.get(name) ?? { tenant: outcome.tenant, target, hour, add: new Map() };
      items.set(name, item);
      addCounts(item.add, countsOf(outcome), minute);
    }
  }
  return [...items.values()].filter(({ add }) => add.size > 0);
}

const NOTHING: Counts = Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as Counts;

function countsOf(outcome: Outcome): Counts {
  const { attempts, dropped = 0, status } = outcome;
  const attempt = madeAnAttempt(outcome) ? attempts.at(-1) : undefined;
  const total = dropped + attempts.length;
  // A delivery that waits is counted at its first attempt, or when it is dead without one.
  const isFirst = attempt ? total === 1 : status === 'dead' && total === 0;
  const delivered = status === 'delivered';
  return {
    ...NOTHING,
    deliveries: Number(isFirst),
    attempts: Number(attempt !== undefined),
    answerMs: attempt?.ms ?? 0,
    delivered: Number(delivered),
    deliveredFirst: Number(delivered && isFirst),
    latencyMs: delivered ? Math.max(0, outcome.at - timeOfUlid(outcome.event.ulid)) : 0,
    dead: Number(status === 'dead'),
  };
}

/** Some deliveries die between attempts: the target was deleted, the payload is gone, our own parts failed. */
const madeAnAttempt = ({ status, reason, isWaiting }: Outcome): boolean =>
  status === 'dead' ? reason !== undefined && DEATHS_BY_ATTEMPT.has(reason) : !isWaiting;

const DEATHS_BY_ATTEMPT = new Set<DeathReason>(['exhausted', 'rejected', 'forbidden_address']);

function addCounts(into: Map<string, number>, counts: Counts, minute: string): void {
  for (const counter of COUNTERS) {
    if (counts[counter] === 0) continue;
    into.set(counter, (into.get(counter) ?? 0) + counts[counter]);
    if ((MINUTE_COUNTERS as readonly string[]).includes(counter)) {
      const name = `${counter}:${minute}`;
      into.set(name, (into.get(name) ?? 0) + counts[counter]);
    }
  }
}

export function hourAndMinute(timeMs: number): { hour: string; minute: string } {
  const iso = new Date(timeMs).toISOString();
  return { hour: iso.slice(0, 13), minute: iso.slice(14, 16) };
}
