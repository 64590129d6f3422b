/** A message of a queue: what was sent, and where it stands now. */
import { hash, randomUUID } from 'node:crypto';
import type { Placed } from './heap.ts';
import { type MessageAttributes, md5OfAttributes } from './message-attributes.ts';

/** Milliseconds since the epoch for all times. */
export interface Message extends Placed {
  readonly id: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes | undefined;
  readonly md5OfAttributes: string | undefined;
  /** MessageGroupId. */
  readonly group: string | undefined;
  /** The trace header of the call that sent it (AWSTraceHeader). */
  readonly trace: string | undefined;
  /** When it was first sent; it keeps this in a dead-letter queue. */
  readonly sentAt: number;
  /** When it came into its present queue. */
  arrivedAt: number;
  firstReceivedAt: number | undefined;
  receives: number;
  /** How many of them were by another queue, of which this one is the dead-letter queue. */
  receivedBefore: number;
  /** The end of its delay or of its visibility timeout. */
  until: number;
  /** Counts up with each message that becomes visible or is delayed. */
  order: number;
  /** While it is in flight. */
  handle: string;
  /** The one behind it in its group. */
  next: Message | undefined;
  /** Its group in its present queue. */
  share: Share | undefined;
}

/** A group's part of a queue. */
export interface Share extends Placed {
  /** Undefined for the messages without a group. */
  readonly group: string | undefined;
  inFlight: number;
  first: Message | undefined;
  last: Message | undefined;
}

/** What is sent. */
export interface Sent {
  readonly body: string;
  readonly attributes?: MessageAttributes | undefined;
  readonly group?: string | undefined;
  readonly trace?: string | undefined;
}

export const createMessage = (sent: Sent, now: number): Message =>
  messageOf(sent, now, randomUUID(), hash('md5', sent.body));

/** The same with an id and a hash that are given: a simulation draws no ids, and nobody compares its hashes. */
export function messageOf(
  { body, attributes, group, trace }: Sent,
  now: number,
  id: string,
  md5OfBody: string,
): Message {
  return {
    id,
    body,
    md5OfBody,
    attributes,
    md5OfAttributes: attributes && md5OfAttributes(attributes),
    group,
    trace,
    sentAt: now,
    arrivedAt: now,
    firstReceivedAt: undefined,
    receives: 0,
    receivedBefore: 0,
    until: 0,
    order: 0,
    handle: '',
    next: undefined,
    share: undefined,
    place: 0,
  };
}
