import { createHeap } from '../../local/services/sqs/heap.ts';
import type { Message } from '../../local/services/sqs/message.ts';
import { SQS } from './numbers.ts';

/** A group's part of a queue. */
interface Group {
  readonly name: string;
  /** Its visible messages, in the order in which they became so. */
  readonly waiting: Message[];
  /** Where the first of them is: they are taken from the front. */
  first: number;
  inFlight: number;
  /** Recent processing time: an average of what is in flight, the older the less. */
  recent: Average;
  isNoisy: boolean;
  /** When its last message in flight was over. */
  idleSince: number;
  /** In the heap that it waits in. */
  place: number;
}

/** An exponential average over the time that counts as recent. */
interface Average {
  value: number;
  at: number;
}

const firstOf = (group: Group): Message => group.waiting[group.first]!;

/** Gives up the places of messages that were taken, a thousand at a time. */
function compact(group: Group): void {
  if (group.first < 1000) return;
  group.waiting.splice(0, group.first);
  group.first = 0;
}

/**
 * The visible messages of a standard queue, in the order in which a fair queue hands them out: quiet groups' by age, and the
 * others' when there are none, those of the group with the fewest in flight first. A message without a group is one by itself.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 * @param now milliseconds
 */
export function createFairQueue(now: () => number) {
  const groups = new Map<string, Group>();
  const quiet = createHeap<Group>((a, b) => firstOf(a).order < firstOf(b).order);
  const noisy = createHeap<Group>(
    (a, b) => a.inFlight < b.inFlight || (a.inFlight === b.inFlight && firstOf(a).order < firstOf(b).order),
  );
  const recentOfAll: Average = { value: 0, at: 0 };
  let inFlight = 0;
  let size = 0;
  let alone = 0;

  /** Brings an average up to now, of what was in flight since it was last asked for. */
  function settle(average: Average, present: number): number {
    const share = 1 - Math.exp((average.at - now()) / SQS.fair.recentMs);
    average.value += share * (present - average.value);
    average.at = now();
    return average.value;
  }

  const count = (group: Group, change: number): void => {
    settle(group.recent, group.inFlight);
    settle(recentOfAll, inFlight);
    group.inFlight += change;
    inFlight += change;
    if (group.inFlight === 0) group.idleSince = now();
  };

  function isLoud(group: Group): boolean {
    const { share, inFlight: least } = SQS.fair;
    if (group.inFlight >= least && group.inFlight > share * inFlight) return true;
    const all = settle(recentOfAll, inFlight);
    return all > 0 && settle(group.recent, group.inFlight) > share * all;
  }

  const hasCalmed = (group: Group): boolean =>
    group.inFlight === 0 && now() - group.idleSince >= SQS.fair.quietMs;

  const heapOf = (group: Group) => (group.isNoisy ? noisy : quiet);

  /** A group that waits, and is not what it was counted as any more. */
  function judge(group: Group): boolean {
    const isNoisy = group.isNoisy ? !hasCalmed(group) : isLoud(group);
    if (isNoisy === group.isNoisy) return false;
    heapOf(group).remove(group);
    group.isNoisy = isNoisy;
    // What it took before it was calm counts no more.
    if (!isNoisy) group.recent = { value: 0, at: now() };
    heapOf(group).add(group);
    return true;
  }

  /** The group whose turn it is. */
  function next(): Group | undefined {
    for (let group = quiet.first(); group; group = quiet.first()) if (!judge(group)) return group;
    let group = noisy.first();
    while (group && judge(group)) group = quiet.first() ?? noisy.first();
    return group;
  }

  function groupOf({ group }: Message): Group {
    const name = group ?? `alone ${++alone}`;
    const known = groups.get(name);
    if (known) return known;
    const made: Group = {
      name,
      waiting: [],
      first: 0,
      inFlight: 0,
      recent: { value: 0, at: now() },
      isNoisy: false,
      idleSince: now(),
      place: 0,
    };
    groups.set(name, made);
    return made;
  }

  /** A group that has nothing in the queue is forgotten once its processing time is. */
  function forget(group: Group): void {
    const isEmpty = group.waiting.length === group.first && group.inFlight === 0;
    if (isEmpty && settle(group.recent, 0) < 0.01) groups.delete(group.name);
  }

  const groupsOf = new WeakMap<Message, Group>();

  return {
    size: () => size,

    /** @param message with a higher order than all that wait */
    add(message: Message): void {
      const group = groupsOf.get(message) ?? groupOf(message);
      groupsOf.set(message, group);
      const wasEmpty = group.waiting.length === group.first;
      group.waiting.push(message);
      size++;
      if (!wasEmpty) return;
      groups.set(group.name, group);
      heapOf(group).add(group);
    },

    /** The next message, which counts as in flight until it is released. */
    take(): Message | undefined {
      const group = next();
      if (!group) return undefined;
      const message = firstOf(group);
      group.first++;
      size--;
      count(group, 1);
      if (group.first < group.waiting.length) {
        compact(group);
        heapOf(group).move(group);
        return message;
      }
      heapOf(group).remove(group);
      group.waiting.length = 0;
      group.first = 0;
      // Its backlog is gone.
      group.isNoisy = false;
      return message;
    },

    /** A message that was taken is no longer in flight. */
    release(message: Message): void {
      const group = groupsOf.get(message)!;
      count(group, -1);
      if (group.first < group.waiting.length) heapOf(group).move(group);
      else forget(group);
    },

    *values(): Generator<Message> {
      for (const group of groups.values())
        for (let at = group.first; at < group.waiting.length; at++) yield group.waiting[at]!;
    },
  };
}
