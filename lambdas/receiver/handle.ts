import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Claim, Lease } from './mark-store.ts';
import { eventIn } from './messages.ts';
import type { WebhookEvent, WebhookHandler } from './webhook-event.ts';

export interface HandleDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A text that nobody else makes. */
  readonly newLease: () => string;
  /** How long an event is known, in seconds. */
  readonly keepSeconds: number;
  readonly claim: (lease: Lease, leaseMs: number) => Promise<Claim>;
  readonly markDone: (lease: Lease) => Promise<void>;
  readonly release: (lease: Lease) => Promise<void>;
  readonly handler: WebhookHandler;
  /** Tells the operator why an event is to come again. @param id the event's, where it is known */
  readonly onFailure: (id: string | undefined, messageId: string, error: unknown) => void;
}

type Message = Pick<SQSRecord, 'messageId' | 'body' | 'attributes'>;

/**
 * Handles the events of a batch, each by itself: different ones at the same time, the same one after the other.
 * @param leaseMs how long this invocation can last at most
 * @returns the messages that are to come again
 */
export async function handleBatch(
  deps: HandleDeps,
  records: readonly Message[],
  leaseMs: number,
): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    [...Map.groupBy(records.map(read), ({ key }) => key).values()].map(async (same) => {
      const failures: string[] = [];
      for (const { record, event } of same)
        if (!(await isHandled(deps, record, event, leaseMs))) failures.push(record.messageId);
      return failures;
    }),
  );
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

interface Read {
  /** The same for messages of the same event. */
  readonly key: string;
  readonly record: Message;
  /** Or why there is none. */
  readonly event: WebhookEvent | Error;
}

function read(record: Message): Read {
  try {
    const event = eventIn(record.body, Number(record.attributes.ApproximateReceiveCount));
    return { key: `event ${event.id}`, record, event };
  } catch (error) {
    return { key: `message ${record.messageId}`, record, event: error as Error };
  }
}

/** Whether the message may be deleted: its event has been handled, by this call or before. */
async function isHandled(
  deps: HandleDeps,
  { messageId }: Message,
  event: WebhookEvent | Error,
  leaseMs: number,
): Promise<boolean> {
  try {
    if (event instanceof Error) throw event;
    return await handleOnce(deps, event, leaseMs);
  } catch (error) {
    deps.onFailure(event instanceof Error ? undefined : event.id, messageId, error);
    return false;
  }
}

/** @returns whether it has been handled; if not, another worker is at it, and may yet fail @throws what the handler throws */
async function handleOnce(deps: HandleDeps, event: WebhookEvent, leaseMs: number): Promise<boolean> {
  const { newLease, keepSeconds, handler } = deps;
  const lease = (): Lease => ({ id: event.id, lease: name, now: deps.now(), keepSeconds });
  const name = newLease();
  const claimed = await deps.claim(lease(), leaseMs);
  if (claimed !== 'claimed') return claimed === 'done';
  try {
    await handler(event);
  } catch (error) {
    // If this fails too, the lease ends by itself.
    await deps.release(lease()).catch(() => {});
    throw error;
  }
  await deps.markDone(lease());
  return true;
}
