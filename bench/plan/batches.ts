import { MAX_INLINE_BYTES } from '../../lambdas/events/payload.ts';
import type { Volume } from './volume.ts';

/**
 * How many share a run of a function. That decides the price: 5,000 events a day are one every 17 seconds, and each has every
 * function to itself.
 */
export interface Batches {
  /** Events of a run of fanout. */
  readonly fanout: number;
  /** Deliveries of a run of dispatch, first attempts and retries. */
  readonly dispatch: number;
  readonly retry: number;
  /** Outcomes of a run of record, the messages that they come in, and how many of these it receives at once. */
  readonly record: number;
  readonly recordMessages: number;
  readonly recordReceived: number;
  readonly dead: number;
  /** Of the requests, those whose credential the API has not identified lately. */
  readonly identified: number;
}

/** Of a day. */
interface Failures {
  readonly retries: number;
  readonly dead: number;
}

/**
 * Messages that come so close to each other share a batch: a poller takes what is there, and does not wait. Where all functions
 * of a queue are busy, its batches are fuller, and deliveries cost less than is said here.
 */
const TOGETHER_SECONDS = 0.003;
/** Messages of a batch of fanout and dispatch; deliveries of a message in a fast lane (packed-deliveries.ts). */
const MESSAGES = 10;
const PACKED = 5;
/** Record waits so long for so many messages. */
const RECORD = { seconds: 2, messages: 100 };
/** What ingest packs into a message. */
const EVENTS_MESSAGE_KB = 60;
const AUTHORIZER_SECONDS = 45;

/** KB of a message beside its payload, or with the name of one that is in the bucket. */
const ENVELOPE_KB = 0.7;

export const isStored = ({ payloadKb }: Pick<Volume, 'payloadKb'>): boolean =>
  payloadKb * 1024 > MAX_INLINE_BYTES;

/** KB of an event in a message. */
export const messageKb = (volume: Pick<Volume, 'payloadKb'>): number =>
  ENVELOPE_KB + (isStored(volume) ? 0 : volume.payloadKb);

/** How many come with one of them, at so many a second. */
const near = (aSecond: number): number => 1 + aSecond * TOGETHER_SECONDS;

export function batchesOf(volume: Volume, { retries, dead }: Failures): Batches {
  const { eventsPerDay, eventsPerRequest, peakHours, deliveries, tenants } = volume;
  const seconds = peakHours * 3600;
  const requests = eventsPerDay / eventsPerRequest / seconds;
  const eventsOfMessage = Math.min(eventsPerRequest, EVENTS_MESSAGE_KB / messageKb(volume));
  const fanout = Math.min(eventsPerRequest * near(requests), MESSAGES * eventsOfMessage);
  const inLane = MESSAGES * (isStored(volume) ? 1 : PACKED);
  const dispatch = Math.min(fanout * deliveries, inLane);
  const retry = Math.min(near(retries / seconds), MESSAGES);
  const first = (eventsPerDay * deliveries) / seconds;
  const runs = first / dispatch + retries / retry / seconds;
  const outcomesOfMessage = runs === 0 ? 1 : (first + retries / seconds) / runs;
  const messages = Math.min(RECORD.messages, 1 + RECORD.seconds * runs);
  return {
    fanout,
    dispatch,
    retry,
    record: messages * outcomesOfMessage,
    recordMessages: messages,
    recordReceived: Math.min(MESSAGES, near(runs)),
    dead: Math.min(near(dead / seconds) * Math.min(dispatch, MESSAGES), MESSAGES),
    identified: 1 / (1 + (requests / tenants) * AUTHORIZER_SECONDS),
  };
}

/** How many different of so many are expected among some of them at random. */
export const different = (some: number, of: number): number => of * (1 - (1 - 1 / of) ** some);
