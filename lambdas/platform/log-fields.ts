import { deliveryId } from '../values/ids.ts';
import { traceIdOf } from '../values/trace-context.ts';

/**
 * The fields that a line of the log may have beside its level, time and message. One thing has one name in all lines, so that
 * one query finds all that is known of it. docs/runbook.md has the same list, for operators.
 */
export interface LogFields extends AboutFields {
  /** An error's name. */
  readonly error?: string | undefined;
  /** What is wrong, in words. */
  readonly detail?: string | undefined;
  /** What looped: a delivery, an event, a drain, a replay or an operational event. */
  readonly kind?: string | undefined;
  readonly hops?: number | undefined;
  /** A replay's id. */
  readonly job?: string | undefined;
  readonly subscription?: string | undefined;
  /** An alert rule's id. */
  readonly rule?: string | undefined;
  /** An API key's id. */
  readonly key?: string | undefined;
  /** A route of the API, as `GET /v1/events`. */
  readonly route?: string | undefined;
  /** Names of queues, separated by spaces. */
  readonly queue?: string | undefined;
  /** An AWS region. */
  readonly region?: string | undefined;
  /** How many messages. */
  readonly messages?: number | undefined;
  /** Where a message was found: a queue's ARN or a table's name. */
  readonly from?: string | undefined;
  readonly messageId?: string | undefined;
  /** A source, as `sqs/orders`, and where a record of it stands. */
  readonly source?: string | undefined;
  readonly record?: string | undefined;
  /** How many deliveries a run has released. */
  readonly released?: number | undefined;
  /** The minute that a run of release has come to, counted from 1970. */
  readonly minute?: number | undefined;
  /** How many subscriptions fanout had reached. */
  readonly reached?: number | undefined;
  /** Of a version that a later release can read. */
  readonly isNewer?: boolean | undefined;
  /** A part of `/health`. */
  readonly component?: string | undefined;
  /** A part of what is assessed. */
  readonly part?: string | undefined;
  /** When what the line is about began. RFC 3339. */
  readonly since?: string | undefined;
  /** Of a target: attempts that were judged, how many of them failed, which part that is, and on what most of them did. */
  readonly attempts?: number | undefined;
  readonly failedAttempts?: number | undefined;
  readonly share?: number | undefined;
  readonly failures?: string | undefined;
  /** Why a target is not failing any more. */
  readonly end?: string | undefined;
  /** How much a run has read, and how much it had no time for. */
  readonly read?: number | undefined;
  readonly missed?: number | undefined;
  /** A WebSocket's id. */
  readonly connection?: string | undefined;
  /** Of a mail to operators. */
  readonly subject?: string | undefined;
  /** An entry of the audit trail, as JSON. */
  readonly entry?: string | undefined;
}

/** What a line is about. Only `about` and `aboutAll` make them. A field is missing where it is not known, or not the same of all. */
export interface AboutFields {
  readonly tenant?: string | undefined;
  /** The event's id, as its producer knows it. */
  readonly event?: string | undefined;
  /** The delivery's id, as the API has it. */
  readonly delivery?: string | undefined;
  readonly target?: string | undefined;
  /** The id of the event's trace: 32 hexadecimal digits. */
  readonly trace?: string | undefined;
  /** How many things a line is about, where it may be about several. */
  readonly count?: number | undefined;
  /** Ids of different events, the first 20, separated by spaces. */
  readonly events?: string | undefined;
  /** Ids of different deliveries, likewise. */
  readonly deliveries?: string | undefined;
}

/** What a line can be about: a delivery or its outcome, an event of a tenant, a target; a request, by its trace. */
export interface Subject {
  readonly tenant?: string | undefined;
  readonly event?: EventSubject | undefined;
  readonly subscription?: string | undefined;
  readonly target?: string | undefined;
}
interface EventSubject {
  readonly id?: string;
  readonly ulid?: string;
  readonly traceparent?: string | undefined;
}

/** The fields of a line about one thing. */
export const about = ({ tenant, event, subscription, target }: Subject): AboutFields => ({
  tenant,
  event: event?.id,
  delivery: event?.ulid && subscription && deliveryId(event.ulid, subscription),
  target,
  trace: event?.traceparent && traceIdOf(event.traceparent),
});

/** The fields of a line about several things: what they have in common, and which they are. */
export function aboutAll(subjects: readonly Subject[]): AboutFields {
  const all = subjects.map(about);
  const different = (field: Described): string[] => [...new Set(all.flatMap((one) => one[field] ?? []))];
  const common = (field: Described): string | undefined =>
    all.every((one) => one[field] === all[0]![field]) ? all[0]?.[field] : undefined;
  const listed = (field: Described): string | undefined => {
    const ids = different(field);
    return ids.length > 1 ? ids.slice(0, MOST_NAMED).join(' ') : undefined;
  };
  return {
    tenant: common('tenant'),
    event: common('event'),
    delivery: common('delivery'),
    target: common('target'),
    trace: common('trace'),
    count: all.length,
    events: listed('event'),
    deliveries: listed('delivery'),
  };
}

type Described = 'tenant' | 'event' | 'delivery' | 'target' | 'trace';

/** A line of more is hard to read, and costs more than the others together. */
const MOST_NAMED = 20;
