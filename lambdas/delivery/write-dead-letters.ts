import { emitMetrics, warn } from '../platform/log.ts';
import { about, aboutAll } from '../platform/log-fields.ts';
import type { ChallengeResult } from '../targets/challenge-store.ts';
import type { TargetRef } from '../values/target-ref.ts';
import { type DeliveryAt, deliveryName, outcomeOrder } from './delivery.ts';
import type { LoggedDelivery } from './delivery-items.ts';
import type { ChallengeMessage, EventsMessage, Message, ReplayMessage } from './messages.ts';
import { deadOutcome, outcomeOfDead } from './outcome.ts';
import type { Outcome } from './outcome-schema.ts';
import { unpacked } from './packed-deliveries.ts';
import { countAndTell, type RecordDeps } from './record-outcomes.ts';

export interface DeadLetterDeps extends RecordDeps {
  /** Deliveries as they are in the log at this moment, by `deliveryName`. No two refs may be the same. */
  getDeliveriesOf(
    tenant: string,
    refs: readonly DeliveryAt[],
    now: number,
  ): Promise<ReadonlyMap<string, Pick<LoggedDelivery, 'status' | 'order'>>>;
  /** Marks an event as dead in the event log. */
  markEventDead(tenant: string, event: EventsMessage['events'][number]): Promise<void>;
  putChallengeResult(target: TargetRef, result: ChallengeResult): Promise<void>;
  /** Marks the job of a page that keeps failing as failed. */
  failReplay(page: ReplayMessage): Promise<void>;
  /** Notifies about deliveries that are dead. */
  notifyOfDead(outcomes: readonly Outcome[]): Promise<void>;
  /** Notifies about events that no subscription gets. */
  notifyOfLost(lost: readonly EventsMessage[]): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Writes dead letters to the logs and notifies about them. Bears repetition; only the counters add up. */
export async function writeDeadLetters(deps: DeadLetterDeps, messages: readonly Message[]): Promise<void> {
  const outcomes = messages.flatMap((message) => outcomesOf(message, deps.now()));
  const lost = messages.filter((message) => message.kind === 'events');
  await deps.putOutcomes(outcomes);
  for (const message of lost) await markDead(deps, message);
  await Promise.all(
    messages.filter((message) => message.kind === 'challenge').map((message) => failChallenge(deps, message)),
  );
  await Promise.all(messages.filter((message) => message.kind === 'replay').map(deps.failReplay));
  const current = await withoutOvertaken(deps, outcomes);
  await deps.notifyOfDead(current);
  await deps.notifyOfLost(lost);
  // Last, since only the counters add up when the messages come again.
  await countAndTell(deps, current);
  emitMetrics({ EventsDead: lost.reduce((sum, { events }) => sum + events.length, 0) });
}

/**
 * Outcomes without the deaths that the log does not have, because the delivery has arrived or was sent again: of two messages of
 * it, one came here. The log is asked, not what the write said: messages come again, and find what they have written.
 */
async function withoutOvertaken(
  { getDeliveriesOf, now }: DeadLetterDeps,
  outcomes: readonly Outcome[],
): Promise<readonly Outcome[]> {
  const overtaken = new Set<Outcome>();
  const byTenant = Map.groupBy(
    outcomes.filter(({ status }) => status === 'dead'),
    ({ tenant }) => tenant,
  );
  for (const [tenant, deaths] of byTenant) {
    const refs = new Map(deaths.map((one) => [deliveryName(placeOf(one)), placeOf(one)]));
    const logged = await getDeliveriesOf(tenant, [...refs.values()], now());
    for (const one of deaths) {
      const known = logged.get(deliveryName(placeOf(one)));
      if (known && (known.status !== 'dead' || known.order !== outcomeOrder(one))) overtaken.add(one);
    }
  }
  return outcomes.filter((one) => !overtaken.has(one));
}

const placeOf = ({ event, subscription }: Outcome): DeliveryAt => ({ ulid: event.ulid, subscription });

/** The outcomes that a dead letter leads to; none where its kind is no delivery. */
function outcomesOf(message: Message, at: number): readonly Outcome[] {
  switch (message.kind) {
    case 'dead':
      return [outcomeOfDead(message, at)];
    case 'delivery':
      return [deadOutcome(message, 'infrastructure', at)];
    case 'deliveries':
      return unpacked(message).map((delivery) => deadOutcome(delivery, 'infrastructure', at));
    case 'outcomes':
      // Record failed to write them. They are sound, so writing them now may work.
      return message.outcomes;
    case 'events':
    case 'challenge':
    // Its hold queue is still on the list of hold queues, so release schedules another drain.
    case 'call':
    case 'replay':
    // Its queue leads nowhere: what it shows is stored elsewhere.
    case 'live':
      return [];
  }
}

async function markDead(deps: DeadLetterDeps, { tenant, events }: EventsMessage): Promise<void> {
  await Promise.all(events.map((event) => deps.markEventDead(tenant, event)));
  warn('events not fanned out', aboutAll(events.map((event) => ({ tenant, event }))));
}

/** The target's owner waits for a result, and can ask for another challenge. */
async function failChallenge(
  deps: DeadLetterDeps,
  { tenant, target, token }: ChallengeMessage,
): Promise<void> {
  warn('challenge given up', about({ tenant, target }));
  const problem =
    'the challenge could not be sent, for a fault of Posthorn and not of the endpoint; ask again';
  await deps.putChallengeResult({ tenant, target }, { token, passed: false, problem, at: deps.now() });
}
