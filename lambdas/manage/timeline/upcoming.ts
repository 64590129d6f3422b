import type { Upcoming } from '../../api/timeline.ts';
import {
  type DeliveryStatus,
  isWaitReason,
  OVERDUE_MS,
  statusAt,
  type WaitReason,
} from '../../delivery/delivery.ts';
import type { LoggedDelivery } from '../../delivery/delivery-items.ts';
import { isPulled } from '../../destinations/pull.ts';
import { timeOfUlid } from '../../values/ids.ts';
import { LIFETIME_SECONDS } from '../../values/lifetime.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { KnownDelivery, KnownTarget } from './known.ts';
import { counted, deathWords, ordinal } from './words.ts';

/** A delivery that is not settled, its target, and the present time. */
interface Waiting {
  readonly status: DeliveryStatus;
  readonly logged: LoggedDelivery | undefined;
  readonly destination: KnownTarget;
  /** When its day is over. */
  readonly givesUpAt: number;
  /** When its event was accepted. */
  readonly accepted: number;
  readonly now: number;
}

/** What happens to a delivery next, and when; null when it is settled. */
export function upcomingOf(eventUlid: string, known: KnownDelivery, now: number): Upcoming | null {
  const { logged, destination } = known;
  const status = statusAt(logged, now);
  if (status === 'delivered' || status === 'dead') return null;
  if (!destination) return died(logged, 'target_deleted');
  const reason = destination.obstacle ?? (destination.health?.disabled ? 'target_disabled' : undefined);
  if (reason) return died(logged, reason);
  const accepted = timeOfUlid(eventUlid);
  const givesUpAt = (logged?.replayedAt ?? accepted) + LIFETIME_SECONDS * 1000;
  if (isPulled(destination.target)) return toFetch(givesUpAt);
  const waiting = { status, logged, destination, givesUpAt, accepted, now };
  if (!logged) return queued(waiting);
  if (status === 'attempting') return attempting(waiting, logged);
  return logged.nextAttemptAt === undefined
    ? held(waiting)
    : scheduled(waiting, logged, logged.nextAttemptAt);
}

function died(
  logged: LoggedDelivery | undefined,
  reason: 'target_deleted' | NonNullable<KnownTarget['obstacle']>,
): Upcoming {
  const at = logged?.nextAttemptAt;
  const when = at === undefined ? 'when its turn comes' : `at ${rfc3339(at)}`;
  const text = `Unless that changes, it becomes a dead letter ${when}: ${deathWords(reason)}.`;
  return { kind: 'dead', ...(at !== undefined && { at: rfc3339(at) }), reason, text };
}

const toFetch = (givesUpAt: number): Upcoming => ({
  kind: 'fetch',
  givesUpAt: rfc3339(givesUpAt),
  text: `Its owner is to fetch it.${giveUp(givesUpAt)}`,
});

const LOST =
  'Nothing has been heard of it for over an hour. Posthorn looks for lost deliveries every 15 minutes, and sends them again.';

/** Sentences on what may delay a delivery that is about to be posted. */
function delays({ health, target }: KnownTarget, now: number): string {
  const { pausedUntil = 0, open } = health ?? {};
  if (open) return ' Its endpoint keeps failing, so it may be held until a probe gets through.';
  if (pausedUntil > now) return ` Its endpoint has asked for a pause until ${rfc3339(pausedUntil)}.`;
  if (target.rateLimit) {
    const limit = counted(target.rateLimit.perSecond, 'request');
    return ` Its target takes ${limit} a second, so it may wait for its turn.`;
  }
  return '';
}

function queued({ destination, accepted, now }: Waiting): Upcoming {
  if (now - accepted > OVERDUE_MS) return { kind: 'attempt', attempt: 1, text: `Queued. ${LOST}` };
  const { batching } = destination.target;
  const delay = delays(destination, now);
  if (batching && !destination.health?.open)
    return batch(destination, batching, 'Queued: no outcome yet.', now);
  return {
    kind: 'attempt',
    attempt: 1,
    text: `Queued: no outcome yet. It is posted when its turn comes: within seconds, unless much waits before it.${delay}`,
  };
}

function attempting({ destination, now }: Waiting, logged: LoggedDelivery): Upcoming {
  const at = logged.nextAttemptAt!;
  const attempt = numberOf(logged);
  const about = { kind: 'attempt', attempt, at: rfc3339(at) } as const;
  if (now - at > OVERDUE_MS) return { ...about, text: LOST };
  const text = `Attempt ${attempt} is being made, or is about to be.${delays(destination, now)}`;
  return { ...about, text };
}

const numberOf = ({ dropped = 0, attempts }: LoggedDelivery): number => dropped + attempts.length + 1;

function scheduled({ destination, givesUpAt }: Waiting, logged: LoggedDelivery, at: number): Upcoming {
  const { target, health } = destination;
  const attempt = numberOf(logged);
  const isLast = (logged.used ?? logged.attempts.length) >= target.retry.schedule.length;
  const last = isLast ? ', the last of its schedule' : '';
  const failing = health?.open
    ? ' If its endpoint still fails then, it is held until a probe gets through.'
    : '';
  const isPaused = logged.waitingFor === 'pause';
  return {
    kind: 'attempt',
    attempt,
    at: rfc3339(at),
    ...(isPaused && { givesUpAt: rfc3339(givesUpAt) }),
    text: `Attempt ${attempt}${last}, at ${rfc3339(at)}.${failing}${isPaused ? giveUp(givesUpAt) : ''}`,
  };
}

const giveUp = (at: number): string => ` If it still waits at ${rfc3339(at)}, it becomes a dead letter.`;

/** Of a delivery in its target's hold queue. A drain serves what the target's health asks for, whatever it was held for. */
function held({ destination, logged, givesUpAt, now }: Waiting): Upcoming {
  const { health, target } = destination;
  const ends = { givesUpAt: rfc3339(givesUpAt) };
  const pausedUntil = health?.pausedUntil ?? 0;
  if (pausedUntil > now) {
    const at = rfc3339(pausedUntil);
    const text = `Its endpoint has asked for a pause. It is looked at again at ${at}.${giveUp(givesUpAt)}`;
    return { kind: 'release', at, ...ends, text };
  }
  const drain = drainOf(destination, now);
  if (health?.open) {
    const probe = health.open.probes + 1;
    const when = drain.at === undefined ? 'within a minute' : `at ${drain.at}`;
    const text = `A probe, the ${ordinal(probe)}, ${when}: one of the waiting deliveries is posted. An answer to it releases all of them.`;
    return { kind: 'probe', ...drain, probe, ...ends, text: `${text}${giveUp(givesUpAt)}` };
  }
  if (target.batching) return { ...batch(destination, target.batching, '', now), ...ends };
  return {
    kind: 'release',
    ...drain,
    ...ends,
    text: releaseText(destination, logged, drain.at) + giveUp(givesUpAt),
  };
}

const drainOf = ({ drainsAt }: KnownTarget, now: number): { at?: string } =>
  drainsAt === undefined ? {} : { at: rfc3339(Math.max(drainsAt, now)) };

function releaseText(
  { target }: KnownTarget,
  logged: LoggedDelivery | undefined,
  at: string | undefined,
): string {
  const when = at === undefined ? 'within a minute' : `next at ${at}`;
  const limit = target.rateLimit ? `, ${counted(target.rateLimit.perSecond, 'request')} a second` : '';
  const reason: WaitReason | undefined = isWaitReason(logged?.waitingFor) ? logged?.waitingFor : undefined;
  const back = reason === 'recovery' ? 'Its endpoint answers again. ' : '';
  return `${back}Waiting deliveries are released in turn, the oldest events first${limit}, ${when}.`;
}

function batch(
  destination: KnownTarget,
  { maxEvents, maxSeconds }: { readonly maxEvents: number; readonly maxSeconds: number },
  before: string,
  now: number,
): Upcoming {
  const drain = drainOf(destination, now);
  const when =
    drain.at === undefined
      ? `after ${counted(maxSeconds, 'second')} at the latest`
      : `at ${drain.at} at the latest`;
  const text = `It is posted together with others, when ${counted(maxEvents, 'event')} wait, or ${when}.`;
  return { kind: 'batch', ...drain, text: before ? `${before} ${text}` : text };
}
