/**
 * The visible messages of a queue, in the order in which a fair queue returns them: the next one is of the group with
 * the fewest in flight; of several, of the one whose message has waited longest. A message without a group counts
 * alone, and so has none in flight. Within a group the order stays.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html: a group is noisy
 * when its share of what is in flight is large, and then the others' messages come first. It is never held back
 * altogether.
 */
import { createHeap } from './heap.ts';
import type { Message, Share } from './message.ts';

/** Each change costs O(log n) of the groups that wait. */
export function createFairLine() {
  const shares = new Map<string, Share>();
  const alone = newShare(undefined);
  const waiting = createHeap<Share>(
    (a, b) => a.inFlight < b.inFlight || (a.inFlight === b.inFlight && a.first!.order < b.first!.order),
  );
  let size = 0;

  function shareOf(group: string | undefined): Share {
    if (group === undefined) return alone;
    const known = shares.get(group);
    if (known) return known;
    const share = newShare(group);
    shares.set(group, share);
    return share;
  }

  /** A group is forgotten when it has no message. */
  function forgetEmpty(share: Share): void {
    if (share.group !== undefined && share.inFlight === 0) shares.delete(share.group);
  }

  return {
    size: () => size,

    /** @param message with a higher order than all that wait */
    add(message: Message): void {
      const share = shareOf(message.group);
      message.share = share;
      message.next = undefined;
      const isFirst = share.first === undefined;
      if (isFirst) share.first = message;
      else share.last!.next = message;
      share.last = message;
      size++;
      if (isFirst) waiting.add(share);
    },

    /** The next message, which counts as in flight until it is released. */
    take(): Message | undefined {
      const share = waiting.first();
      if (!share) return undefined;
      const message = share.first!;
      share.first = message.next;
      message.next = undefined;
      size--;
      if (share.group !== undefined) share.inFlight++;
      if (share.first) waiting.move(share);
      else {
        share.last = undefined;
        waiting.remove(share);
      }
      return message;
    },

    /** A message that was taken is no longer in flight. */
    release(message: Message): void {
      const share = message.share!;
      message.share = undefined;
      if (share.group === undefined) return;
      share.inFlight--;
      if (share.first) waiting.move(share);
      else forgetEmpty(share);
    },

    /** Forgets all messages, those that were taken too. */
    clear(): void {
      shares.clear();
      waiting.clear();
      alone.first = undefined;
      alone.last = undefined;
      size = 0;
    },

    *values(): Generator<Message> {
      for (const share of waiting.values()) {
        for (let message = share.first; message; message = message.next) yield message;
      }
    },
  };
}

const newShare = (group: string | undefined): Share => ({
  group,
  inFlight: 0,
  first: undefined,
  last: undefined,
  place: 0,
});
