import type { EventsMessage } from '../delivery/messages.ts';
import type { EventInFlight } from '../events/event.ts';
import { eventIdOf, idempotentId } from '../events/event-id.ts';
import { type PutPayload, payloadOf } from '../events/offload.ts';
import type { Caller } from '../http/caller.ts';
import { inParallel } from '../platform/in-parallel.ts';
import type { Outgoing } from '../platform/sqs.ts';
import type { UlidSource } from '../values/ids.ts';
import { packBySize } from '../values/pack-by-size.ts';
import { type TraceContext, traceContextOf } from '../values/trace-context.ts';
import type { CheckPayloads } from './check-payloads.ts';
import { type NewEvent, type Problem, type Read, refused } from './event-checks.ts';
import { type Digested, digestOf } from './event-digest.ts';
import type { Accepted } from './payload-check.ts';

/** Large payloads stored at once; more would only queue for sockets. */
const PARALLEL_PUTS = 50;

/** For whom, and how, events are published. */
interface Publisher extends Pick<Caller, 'tenant' | 'schemaCheck' | 'keepSeconds'> {
  readonly idempotencyKey: string | undefined;
  /** The operation that was called, for which alone the idempotency key is good. */
  readonly operation: string;
  /** The subscription that the events are addressed to. */
  readonly only?: string;
  /** The request's, for events that have none of their own. */
  readonly trace: TraceContext | undefined;
}

/** What became of an event. */
export interface Published {
  readonly id: string;
  readonly warnings?: readonly string[] | undefined;
}

/**
 * Publishes what was read, without what is wrong, does not fit its schema, or has the id of another event.
 * @returns what became of each, in their order
 */
export type Publish = (publisher: Publisher, reads: readonly Read<NewEvent>[]) => Promise<Read<Published>[]>;

export interface PublishDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly nextUlid: UlidSource;
  readonly putPayload: PutPayload;
  /** Called only where the tenant has payloads checked. */
  readonly checkPayloads: CheckPayloads;
  /** Called only for ids that producers chose. See there. */
  haveReusedIds(tenant: string, events: readonly Digested[], now: number): Promise<boolean[]>;
  /** Sends to the events queue. @throws when a message could not be sent; others may have been */
  sendMessages(messages: readonly Outgoing[]): Promise<void>;
}

export function createPublish(deps: PublishDeps): Publish {
  return async (publisher, reads) => {
    const { tenant } = publisher;
    const now = deps.now();
    const checked = await withSchemaCheck(deps, publisher, reads);
    const named = await withoutReusedIds(
      deps,
      tenant,
      checked.map((read, i) =>
        read.ok ? { ok: true, value: nameOf(publisher, read.value, i, deps.nextUlid(now)) } : read,
      ),
      now,
    );
    const accepted = named.flatMap((read) => (read.ok ? [read.value] : []));
    const inFlight = await inParallel(accepted, PARALLEL_PUTS, (event) => toInFlight(deps, publisher, event));
    await deps.sendMessages(messagesOf(tenant, inFlight));
    return named.map((read) =>
      read.ok ? { ok: true, value: { id: read.value.id, warnings: read.value.warnings } } : read,
    );
  };
}

/** An event with its names. */
interface Named extends Accepted {
  readonly id: string;
  readonly ulid: string;
  /** Where the producer chose the id. */
  readonly own?: { readonly by: 'id' | 'key'; readonly digest: string };
}

function nameOf(publisher: Publisher, accepted: Accepted, index: number, ulid: string): Named {
  const { idempotencyKey, only, operation } = publisher;
  const { event } = accepted;
  const ownId = event.id ?? (idempotencyKey && idempotentId(idempotencyKey, index, only ?? operation));
  const named = { ...accepted, ulid, id: eventIdOf(ulid, ownId) };
  if (ownId === undefined) return named;
  return { ...named, own: { by: event.id === undefined ? 'key' : 'id', digest: digestOf(event) } };
}

async function withoutReusedIds(
  { haveReusedIds }: PublishDeps,
  tenant: string,
  reads: readonly Read<Named>[],
  now: number,
): Promise<Read<Named>[]> {
  const owned = reads.flatMap((read) =>
    read.ok && read.value.own ? [{ ...read.value, ...read.value.own }] : [],
  );
  if (owned.length === 0) return [...reads];
  const areReused = await haveReusedIds(tenant, owned, now);
  const reused = new Set(owned.filter((_, i) => areReused[i]).map(({ ulid }) => ulid));
  return reads.map((read) => (read.ok && reused.has(read.value.ulid) ? refused(reuseOf(read.value)) : read));
}

const reuseOf = ({ own, event }: Named): Problem =>
  own?.by === 'key'
    ? {
        code: 'idempotency_key_reused',
        message: 'expected a new key: this one was used for another request',
        field: 'Idempotency-Key',
      }
    : {
        code: 'event_id_reused',
        message: 'expected a new id: this one was another event’s within 24 hours',
        field: event.at.replace(/data$/, 'id'),
      };

async function withSchemaCheck(
  { checkPayloads }: PublishDeps,
  { tenant, schemaCheck }: Publisher,
  reads: readonly Read<NewEvent>[],
): Promise<Read<Accepted>[]> {
  if (schemaCheck === 'off') {
    return reads.map((read) => (read.ok ? { ok: true, value: { event: read.value } } : read));
  }
  return checkPayloads(tenant, schemaCheck, reads);
}

async function toInFlight(
  deps: PublishDeps,
  publisher: Publisher,
  { id, ulid, event, own }: Named,
): Promise<EventInFlight> {
  const { tenant, keepSeconds, only, trace } = publisher;
  const { type, contentType, body, source, priority, region, ce } = event;
  const frame = {
    id,
    ulid,
    type,
    contentType,
    ...(source !== undefined && { source }),
    ...(priority && { priority }),
    ...(region && { region }),
    ...(ce && { ce }),
    ...(keepSeconds && { keepSeconds }),
    ...(only && { only }),
    ...(own && { digest: own.digest }),
    // A CloudEvent's own extension is about the event; the header may be about a request with many.
    ...(traceContextOf(ce ?? {}) ?? trace),
  };
  return { ...frame, payload: await payloadOf(deps.putPayload, tenant, ulid, body) };
}

const messagesOf = (tenant: string, events: readonly EventInFlight[]): Outgoing[] =>
  packBySize(events).map((packed) => {
    const body: EventsMessage = { v: 1, kind: 'events', tenant, events: packed };
    return { body, group: tenant };
  });
