/** The order in which a fair queue returns messages. */
import type { Queue } from '../services/fauxqs.ts';

/** Messages considered: a longer queue is fair among these only. */
const CONSIDERED = 20_000;

/**
 * Moves the messages that a fair queue returns next to the front: groups with few in flight come before a group with
 * many. A message without a group counts alone. Within a group the order stays.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html: a group is noisy
 * when its share of what is in flight is large, and then the others' messages come first; it is never held back
 * altogether.
 */
export function bringForward({ messages, inflightMessages }: Fair, max: number): void {
  if (messages.length <= max) return;
  const waiting = placesByGroup(messages, max);
  // All are of one group: their order is the queue's.
  if (waiting.size === 1) return;
  const taken = new Map<Group, number>();
  for (const { message } of inflightMessages.values()) add(taken, message.messageGroupId);
  const chosen: number[] = [];
  while (chosen.length < max && waiting.size > 0) {
    const group = leastTaken(waiting, taken);
    const places = waiting.get(group)!;
    chosen.push(places.shift()!);
    if (places.length === 0) waiting.delete(group);
    add(taken, group);
  }
  const front = chosen.map((place) => messages[place]!);
  for (const place of chosen.toSorted((a, b) => b - a)) messages.splice(place, 1);
  messages.unshift(...front);
}

type Fair = Pick<Queue, 'messages' | 'inflightMessages'>;

/** Messages without a group form one here that never has any in flight: each has used nothing yet. */
type Group = string | undefined;

function add(counts: Map<Group, number>, group: Group): void {
  if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
}

/** The positions of the first messages of each group, at most `max` of each. */
function placesByGroup(messages: Queue['messages'], max: number): Map<Group, number[]> {
  const places = new Map<Group, number[]>();
  for (let place = 0; place < Math.min(messages.length, CONSIDERED); place++) {
    const group = messages[place]!.messageGroupId;
    const known = places.get(group);
    if (!known) places.set(group, [place]);
    else if (known.length < max) known.push(place);
  }
  return places;
}

/** The group with the fewest in flight; of several, the one whose message has waited longest. */
function leastTaken(
  waiting: ReadonlyMap<Group, readonly number[]>,
  taken: ReadonlyMap<Group, number>,
): Group {
  let best: { group: Group; count: number; place: number } | undefined;
  for (const [group, places] of waiting) {
    const count = taken.get(group) ?? 0;
    const place = places[0]!;
    const isBetter = !best || count < best.count || (count === best.count && place < best.place);
    if (isBetter) best = { group, count, place };
  }
  return best!.group;
}
