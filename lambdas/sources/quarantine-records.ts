import { inParallel } from '../platform/in-parallel.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { type Outgoing, SendError, toSqsText } from '../platform/sqs.ts';
import type { UlidSource } from '../values/ids.ts';
import { nameOfSource, type Source } from './source.ts';

/** A record that can't become an event. */
export interface Refused {
  /** Where it came from, for people. */
  readonly at: string;
  /** What is wrong, and where in the record. */
  readonly problem: string;
  /** The same without anything of the record. */
  readonly logged: string;
  /** The record as it came. */
  readonly raw: () => string;
  readonly tenant: string | undefined;
}

export interface QuarantineDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly nextUlid: UlidSource;
  /** Stores what is too large for a message. */
  putPayload(key: string, bytes: Uint8Array): Promise<void>;
  /** Sends to the queue that waits for a person. @throws SendError */
  sendToQuarantine(messages: readonly Outgoing[]): Promise<void>;
}

/** A message has at most 1 MiB. What is longer than a quarter of that nobody reads in a queue. */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** Of where a record stands. A log group, a stream and a line's id have less; a producer may choose other ids as it likes. */
const MAX_AT = 1200;
/** Bodies stored at once; more would only queue for sockets. */
const PARALLEL_PUTS = 10;

/**
 * Keeps records, with the reason, in the queue that waits for a person.
 * @returns positions of those that could not be kept
 */
export async function quarantineRecords(
  deps: QuarantineDeps,
  source: Source,
  given: readonly Refused[],
): Promise<ReadonlySet<number>> {
  const refused = given.map((one) => ({ ...one, at: one.at.slice(0, MAX_AT) }));
  for (const { at, logged, tenant } of refused) {
    const fields = { source: nameOfSource(source), record: at, detail: logged };
    warn('record quarantined', { ...about({ tenant }), ...fields });
  }
  const messages = await inParallel(refused, PARALLEL_PUTS, (one) => messageOf(deps, source, one));
  const ready = messages.flatMap((message, position) => (message ? [{ message, position }] : []));
  const unsent = await send(
    deps,
    ready.map(({ message }) => message),
  );
  const kept = new Set(ready.filter((_, i) => !unsent.has(i)).map(({ position }) => position));
  return new Set([...refused.keys()].filter((position) => !kept.has(position)));
}

/** @returns positions of those that could not be sent */
async function send(deps: QuarantineDeps, messages: readonly Outgoing[]): Promise<ReadonlySet<number>> {
  if (messages.length === 0) return new Set();
  try {
    await deps.sendToQuarantine(messages);
    return new Set();
  } catch (error) {
    warn('quarantine failed', { messages: messages.length, ...errorFields(error) });
    return new Set(error instanceof SendError ? error.unsent : messages.keys());
  }
}

/** Undefined where its body could not be stored. */
async function messageOf(
  deps: QuarantineDeps,
  source: Source,
  { at, problem, raw, tenant }: Refused,
): Promise<Outgoing | undefined> {
  const frame = { from: nameOfSource(source), id: at, problem, ...(tenant !== undefined && { tenant }) };
  const body = { ...frame, body: raw() };
  if (Buffer.byteLength(toSqsText(body)) <= MAX_MESSAGE_BYTES) return { body };
  const bytes = Buffer.from(body.body);
  const key = keyOf(tenant, deps.nextUlid(deps.now()));
  try {
    await deps.putPayload(key, bytes);
  } catch (error) {
    warn('quarantine failed', { messages: 1, ...errorFields(error) });
    return undefined;
  }
  return { body: { ...frame, stored: { key, bytes: bytes.length } } };
}

/** Under its tenant, so that it is erased with the tenant. */
const keyOf = (tenant: string | undefined, ulid: string): string =>
  `payloads/${tenant ?? 'no-tenant'}/quarantine-${ulid}`;
