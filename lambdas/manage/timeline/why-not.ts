import type { TimelineEntry } from '../../api/timeline.ts';
import type { Filter, Subscription } from '../../config/entities.ts';
import type { LoggedEvent } from '../../events/event-items.ts';
import { compileFilter } from '../../matching/filters/compile.ts';
import { explainMismatch } from '../../matching/filters/explain.ts';
import type { Engines } from '../../matching/language/engines.ts';
import { envelopeOf } from '../../matching/language/envelope.ts';
import { timeOfUlid } from '../../values/ids.ts';
import { mismatchView } from '../views.ts';
import { type Timed, timed } from './timed.ts';

/** A subscription that did not get an event. */
export interface NotReached {
  readonly event: LoggedEvent;
  readonly subscription: Pick<Subscription, 'id' | 'active' | 'createdAt' | 'updatedAt' | 'filterId'>;
  /** As it is now; undefined when it is gone. */
  readonly filter: Filter | undefined;
  /** The payload as JSON; undefined when it is none. */
  readonly data: unknown;
  /** Whether the payload is no longer kept. */
  readonly isPayloadGone: boolean;
}

type Why = Pick<TimelineEntry, 'reason' | 'text' | 'mismatch'>;

/** Why a subscription did not get an event, as far as can be known now: the log does not keep what filters said then. */
export function whyNot(facts: NotReached, engines: Engines): Timed[] {
  const { event, subscription } = facts;
  const reasons = reasonsOf(facts, engines);
  return reasons.map((why) =>
    timed(timeOfUlid(event.ulid), { kind: 'not_matched', subscriptionId: subscription.id, ...why }),
  );
}

function reasonsOf(facts: NotReached, engines: Engines): Why[] {
  const { event, subscription } = facts;
  const accepted = timeOfUlid(event.ulid);
  const isLater = (time: string): boolean => Date.parse(time) > accepted;
  if (event.only !== undefined && event.only !== subscription.id) {
    return [{ reason: 'addressed_to_another', text: `The event was addressed to ${event.only} alone.` }];
  }
  if (event.isOpen) {
    return [
      { reason: 'matching', text: 'Not all subscriptions have been asked yet. Look again in a minute.' },
    ];
  }
  const before: Why[] = [];
  if (event.dead) {
    const text = 'A part of Posthorn kept failing on the event, so not all subscriptions were asked.';
    before.push({ reason: 'event_dead', text });
  }
  if (isLater(subscription.createdAt)) {
    const text = `The subscription was made at ${subscription.createdAt}, after the event was accepted.`;
    before.push({ reason: 'created_later', text });
  } else if (!subscription.active) {
    before.push({ reason: 'paused', text: pausedText(subscription.updatedAt, isLater) });
  } else if (isLater(subscription.updatedAt)) {
    const text = `The subscription was last changed at ${subscription.updatedAt}, after the event was accepted. It may have been paused then, or have had another filter.`;
    before.push({ reason: 'subscription_changed', text });
  }
  // An addressed event asks no filter.
  if (event.only !== undefined) return before.length > 0 ? before : [UNKNOWN];
  return withHint([...before, ...ofFilter(facts, engines, isLater)], facts);
}

const pausedText = (updatedAt: string, isLater: (time: string) => boolean): string =>
  isLater(updatedAt)
    ? `The subscription is paused. It was last changed at ${updatedAt}, after the event was accepted, so it may have been active then.`
    : `The subscription is paused, and was when the event was accepted.`;

function ofFilter(
  { event, filter, data, isPayloadGone }: NotReached,
  engines: Engines,
  isLater: (time: string) => boolean,
): Why[] {
  if (!filter) return [{ reason: 'filter_deleted', text: 'The subscription’s filter was deleted.' }];
  const changed: Why[] = isLater(filter.updatedAt)
    ? [
        {
          reason: 'filter_changed',
          text: `The filter was last changed at ${filter.updatedAt}, after the event was accepted. What it said then is not kept.`,
        },
      ]
    : [];
  if (!filter.active) return [{ reason: 'filter_disabled', text: 'The filter is switched off.' }, ...changed];
  if (isPayloadGone && compileFilter(filter, engines).data !== undefined) {
    return [
      { reason: 'payload_gone', text: 'The payload, which the filter asks for, is no longer kept.' },
      ...changed,
    ];
  }
  const found = explainMismatch(filter, { ...envelopeOf(event), data }, engines);
  if (!found) return changed;
  const mismatch = mismatchView(found);
  return [
    { reason: 'filter', mismatch, text: `The filter does not match: ${mismatch.message}.` },
    ...changed,
  ];
}

const UNKNOWN: Why = {
  reason: 'unknown',
  text: 'Nothing that is kept explains it. A change of a subscription or its filter applies to events within ten seconds.',
};

/** What can be done about it, where the subscription would get the event now. */
function withHint(reasons: readonly Why[], { subscription, filter }: NotReached): Why[] {
  const keeps = new Set<Why['reason']>(['filter', 'filter_deleted', 'filter_disabled', 'payload_gone']);
  const isWanted = filter?.active === true && !reasons.some(({ reason }) => keeps.has(reason));
  if (!isWanted) return [...reasons];
  const hint = subscription.active ? '' : ' once it is resumed';
  const wanted: Why = {
    reason: 'matches_now',
    text: `The filter as it is now matches the event. A replay of the subscription sends it${hint}.`,
  };
  return reasons.length > 0 ? [...reasons, wanted] : [UNKNOWN, wanted];
}
