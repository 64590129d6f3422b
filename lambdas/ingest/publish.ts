import { requireEnv } from '../adapters/env.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import { payloadOf } from '../adapters/payload-offload.ts';
import { sendMessages } from '../adapters/sqs.ts';
import type { Caller } from '../api-context.ts';
import type { NewEvent, Read } from '../domain/event-checks.ts';
import { eventIdOf, idempotentId } from '../domain/event-id.ts';
import { ulidSource } from '../domain/ids.ts';
import type { EventInFlight, EventsMessage } from '../domain/messages.ts';
import { packBySize } from '../domain/pack.ts';
import type { Accepted } from '../domain/payload-check.ts';

const queueUrl = requireEnv('EVENTS_QUEUE_URL');
const bucket = requireEnv('PAYLOAD_BUCKET');
const nextUlid = ulidSource();

/** Large payloads stored at once; more would only queue for sockets. */
const PARALLEL_PUTS = 50;

/** For whom, and how, events are published. */
export interface Publisher extends Pick<Caller, 'tenant' | 'schemaCheck' | 'keepSeconds'> {
  readonly idempotencyKey: string | undefined;
  /** The operation that was called, for which alone the idempotency key is good. */
  readonly operation: string;
  /** The subscription that the events are addressed to. */
  readonly only?: string;
}

/** What became of an event. */
export interface Published {
  readonly id: string;
  readonly warnings?: readonly string[] | undefined;
}

/**
 * Publishes what was read, without what is wrong or does not fit its schema.
 * @returns what became of each, in their order
 */
export async function publish(
  publisher: Publisher,
  reads: readonly Read<NewEvent>[],
): Promise<Read<Published>[]> {
  const checked = await withSchemaCheck(publisher, reads);
  const now = Date.now();
  const named = checked.map((read, i) =>
    read.ok ? { ...read.value, ulid: nextUlid(now), index: i } : undefined,
  );
  const accepted = named.filter((each) => each !== undefined);
  const inFlight = await inParallel(accepted, PARALLEL_PUTS, ({ event, ulid, index }) =>
    toInFlight(publisher, event, ulid, index),
  );
  await send(publisher.tenant, inFlight);
  const ids = new Map(accepted.map(({ index }, i) => [index, inFlight[i]!.id]));
  return checked.map((read, i) =>
    read.ok ? { ok: true, value: { id: ids.get(i)!, warnings: read.value.warnings } } : read,
  );
}

/** The code that checks is large: it is loaded by the first event that asks for it, not by every cold start. */
async function withSchemaCheck(
  { tenant, schemaCheck }: Publisher,
  reads: readonly Read<NewEvent>[],
): Promise<Read<Accepted>[]> {
  if (schemaCheck === 'off') {
    return reads.map((read) => (read.ok ? { ok: true, value: { event: read.value } } : read));
  }
  const { checkPayloads } = await import('./check-payloads.ts');
  return checkPayloads(tenant, schemaCheck, reads);
}

async function toInFlight(
  publisher: Publisher,
  event: NewEvent,
  ulid: string,
  index: number,
): Promise<EventInFlight> {
  const { tenant, idempotencyKey, operation, keepSeconds, only } = publisher;
  const { type, contentType, body, source, priority, region, ce } = event;
  const ownId = event.id ?? (idempotencyKey && idempotentId(idempotencyKey, index, only ?? operation));
  const frame = {
    id: eventIdOf(ulid, ownId),
    ulid,
    type,
    contentType,
    ...(source !== undefined && { source }),
    ...(priority && { priority }),
    ...(region && { region }),
    ...(ce && { ce }),
    ...(keepSeconds && { keepSeconds }),
    ...(only && { only }),
  };
  return { ...frame, payload: await payloadOf(bucket, tenant, ulid, body) };
}

async function send(tenant: string, events: readonly EventInFlight[]): Promise<void> {
  const messages = packBySize(events).map(
    (packed): EventsMessage => ({ v: 1, kind: 'events', tenant, events: packed }),
  );
  await sendMessages(
    queueUrl,
    messages.map((body) => ({ body, group: tenant })),
  );
}
