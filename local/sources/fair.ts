/** What a fair queue hands out first. */
import type { Queue } from '../services/fauxqs.ts';

/** Messages that are looked at: a longer queue is fair among those. */
const LOOKED_AT = 20_000;

/**
 * Brings those messages to the front that a fair queue hands out next: of groups that have few in flight, before those of
 * a group that has many. A message without a group stands for itself. Within a group nothing changes.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html: a group is noisy when
 * its share of what is in flight is large, and then the others' messages come first; it is never held back altogether.
 */
export function bringForward(queue: Pick<Queue, 'messages' | 'inflightMessages'>, max: number): void {
  if (queue.messages.length <= max) return;
  const taken = new Map<string, number>();
  for (const { message } of queue.inflightMessages.values()) add(taken, message.messageGroupId);
  const waiting = placesByGroup(queue.messages, max);
  // All of one group: their order is the queue's.
  if (waiting.size === 1) return;
  const chosen: number[] = [];
  while (chosen.length < max && waiting.size > 0) {
    const group = leastTaken(waiting, taken);
    const places = waiting.get(group)!;
    chosen.push(places.shift()!);
    if (places.length === 0) waiting.delete(group);
    add(taken, group);
  }
  const isChosen = new Set(chosen);
  queue.messages = [
    ...chosen.map((place) => queue.messages[place]!),
    ...queue.messages.filter((_, place) => !isChosen.has(place)),
  ];
}

function add(counts: Map<string, number>, group: string | undefined): void {
  if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
}

/** Where the first messages of each group stand, at most `max` of each. */
function placesByGroup(messages: Queue['messages'], max: number): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let place = 0; place < Math.min(messages.length, LOOKED_AT); place++) {
    const { messageGroupId, messageId } = messages[place]!;
    const group = messageGroupId ?? `message ${messageId}`;
    const known = places.get(group);
    if (!known) places.set(group, [place]);
    else if (known.length < max) known.push(place);
  }
  return places;
}

/** The group that has the fewest; of several, the one whose message has waited longest. */
function leastTaken(
  waiting: ReadonlyMap<string, readonly number[]>,
  taken: ReadonlyMap<string, number>,
): string {
  let best: { group: string; count: number; place: number } | undefined;
  for (const [group, places] of waiting) {
    const count = taken.get(group) ?? 0;
    const place = places[0]!;
    const isBetter = !best || count < best.count || (count === best.count && place < best.place);
    if (isBetter) best = { group, count, place };
  }
  return best!.group;
}
