import type { TimelineEntry } from '../../api/timeline.ts';
import { isWaitReason, statusAt } from '../../delivery/delivery.ts';
import type { LoggedDelivery } from '../../delivery/delivery-items.ts';
import type { LoggedEvent } from '../../events/event-items.ts';
import { payloadLength } from '../../events/payload.ts';
import { deliveryId, timeOfUlid } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { attemptEntries, type PastEntries } from './attempts.ts';
import type { KnownDelivery, KnownTarget } from './known.ts';
import { pastEntries, replayEntries, waitEntry } from './past-entries.ts';
import { endOf, type Timed, timed, type Whose } from './timed.ts';
import { counted, deathWords, duration } from './words.ts';

/** The entries of a timeline in the order of their times. Those of one time stay in the order that they have. */
export const inOrder = (entries: readonly Timed[]): TimelineEntry[] =>
  entries.toSorted((a, b) => a.at - b.at).map(({ entry }) => entry);

/** What became of an event before its deliveries were made. */
export function eventEntries(event: LoggedEvent): Timed[] {
  const at = timeOfUlid(event.ulid);
  return [
    timed(at, { kind: 'accepted', text: acceptedText(event) }),
    ...(event.dead ? [timed(at, { kind: 'lost', text: LOST })] : []),
    ...(event.dead && event.matched === 0 ? [] : [matchedEntry(event, at)]),
  ];
}

const LOST =
  'A part of Posthorn kept failing on it, so not all of its deliveries could be made. Publish it again; those that were made stay.';

function acceptedText({ type, source, contentType, payload, test, only, ce, priority }: LoggedEvent): string {
  const what = test ? 'a test event' : ce ? 'a CloudEvent' : 'an event';
  const from = source === undefined ? '' : ` from ${source}`;
  const urgency = priority === undefined || priority === 'normal' ? '' : `, of priority ${priority}`;
  const to = only === undefined ? '' : `, addressed to ${only} alone`;
  const size = `${counted(payloadLength(payload), 'byte')} of ${contentType}`;
  return `Accepted: ${what} of type ${type}${from}${urgency}${to}, with ${size}.`;
}

function matchedEntry({ matched, only, isOpen }: LoggedEvent, at: number): Timed {
  const count = { count: matched };
  if (isOpen) {
    const text = `It matched ${counted(matched, 'subscription')} so far. Not all of them have been asked yet.`;
    return timed(at, { kind: 'matched', ...count, text });
  }
  if (matched === 0) {
    const text =
      only === undefined
        ? 'No active subscription wanted it.'
        : `It was for ${only} alone, which could not take it: it was paused, or was deleted.`;
    return timed(at, { kind: 'unmatched', ...count, text });
  }
  const text =
    only === undefined
      ? `It matched ${counted(matched, 'subscription')}.`
      : `It goes to ${only}, whatever its filter says.`;
  return timed(at, { kind: 'matched', ...count, text });
}

/** What became of one delivery up to now. */
export function deliveryEntries(event: LoggedEvent, known: KnownDelivery, now: number): Timed[] {
  const { logged, subscription, destination } = known;
  if (!logged) return [];
  const whose: Whose = {
    deliveryId: deliveryId(event.ulid, subscription),
    subscriptionId: subscription,
    targetId: logged.target,
  };
  const start = timeOfUlid(event.ulid);
  const { ofStep, ofOlderRelease } = replayEntries(logged, known.isAdded, whose);
  const entriesOf: PastEntries = (past, last, until) =>
    pastEntries(past, last, { start, until }, whose, ofStep);
  return [
    ...attemptEntries(logged, whose, entriesOf),
    ...ofOlderRelease,
    ...entriesOf(logged.past, logged.attempts.at(-1), sinceOf(logged, start)),
    ...stateEntry(event, logged, destination, whose, now),
  ];
}

/** When the present state began. */
function sinceOf({ since, attempts, replayedAt }: LoggedDelivery, accepted: number): number {
  const last = attempts.at(-1);
  return since ?? (last ? endOf(last) : (replayedAt ?? accepted));
}

function stateEntry(
  event: LoggedEvent,
  logged: LoggedDelivery,
  destination: KnownTarget | undefined,
  whose: Whose,
  now: number,
): Timed[] {
  const accepted = timeOfUlid(event.ulid);
  const since = sinceOf(logged, accepted);
  switch (statusAt(logged, now)) {
    case 'delivered': {
      const took = duration(since - (logged.replayedAt ?? accepted));
      const from = logged.replayedAt === undefined ? 'the event was accepted' : 'it was sent again';
      return [timed(since, { ...whose, kind: 'delivered', text: `Delivered, ${took} after ${from}.` })];
    }
    case 'dead': {
      const text = `It is a dead letter: ${deathWords(logged.reason)}. It is not tried again unless it is replayed.`;
      const reason = logged.reason && { reason: logged.reason };
      return [timed(since, { ...whose, kind: 'dead', ...reason, text })];
    }
    case 'retrying':
    case 'parked':
      return [timed(since, { ...whose, kind: 'waiting', ...waiting(logged, destination) })];
    case 'attempting': {
      const { waitingFor: reason, nextAttemptAt: until = since } = logged;
      return reason === undefined ? [] : waitEntry({ since, until, reason }, logged.attempts.at(-1), whose);
    }
    default:
      return [];
  }
}

function waiting({ waitingFor, nextAttemptAt }: LoggedDelivery, destination: KnownTarget | undefined) {
  const reason = isWaitReason(waitingFor) ? waitingFor : undefined;
  return {
    ...(reason && { waitingFor: reason }),
    ...(nextAttemptAt !== undefined && { until: rfc3339(nextAttemptAt) }),
    text: waitText(reason, nextAttemptAt, destination),
  };
}

function waitText(
  reason: TimelineEntry['waitingFor'],
  nextAttemptAt: number | undefined,
  destination: KnownTarget | undefined,
): string {
  const until = nextAttemptAt === undefined ? '' : ` until ${rfc3339(nextAttemptAt)}`;
  const limit = destination?.target.rateLimit;
  const ofLimit = limit ? ` of ${counted(limit.perSecond, 'request')} a second` : '';
  switch (reason) {
    case 'retry':
      return `It waits${until} for its next attempt.`;
    case 'pause':
      return `Its endpoint has asked for a pause, so it waits${until}.`;
    case 'slot':
      return `It waits${until} for its turn under its target’s rate limit${ofLimit}.`;
    case 'rate_limit':
      return `More deliveries wait than its target’s rate limit${ofLimit} lets go within a minute. It waits for its turn.`;
    case 'recovery':
      return 'Its endpoint keeps failing. It waits until a probe gets through.';
    case 'batch':
      return 'Its target takes several events in one request. It waits for others.';
    case 'lane':
      return 'It waits for a place in the slow lane, where a request may take as long as its target allows.';
    case 'pull':
      return 'It waits to be fetched.';
    case undefined:
      return nextAttemptAt === undefined ? 'It is held back under its target.' : `It waits${until}.`;
  }
}
