import { emitMetrics, errorFields, warn } from '../../platform/log.ts';
import { sendMessages } from '../../platform/sqs.ts';

/** A message that cannot be read. */
interface Unreadable {
  /** Where it was found: a queue's ARN, a table's name. */
  readonly from: string;
  readonly id: string;
  readonly problem: string;
  readonly body: string;
}

/**
 * Keeps messages, with the reason, in the queue that waits for a person, and counts them.
 * @returns whether they are safe there
 */
export type Quarantine = (unreadable: readonly Unreadable[]) => Promise<boolean>;

/** @param queueUrl of the queue that waits for a person */
export const quarantineIn =
  (queueUrl: string): Quarantine =>
  async (unreadable) => {
    if (unreadable.length === 0) return true;
    for (const { from, id, problem } of unreadable)
      warn('message did not parse', { from, messageId: id, detail: problem });
    try {
      await sendMessages(
        queueUrl,
        unreadable.map((body) => ({ body })),
      );
      emitMetrics({ Quarantined: unreadable.length });
      return true;
    } catch (error) {
      warn('quarantine failed', { messages: unreadable.length, ...errorFields(error) });
      return false;
    }
  };

/** The same for items of a table that hold messages. */
export type QuarantineItems = (unreadable: readonly Omit<Unreadable, 'from'>[]) => Promise<boolean>;

export const quarantineFrom =
  (table: string, quarantine: Quarantine): QuarantineItems =>
  (unreadable) =>
    quarantine(unreadable.map((one) => ({ from: table, ...one })));
