import type { Schemas } from '../types.ts';

export type Message = Schemas['Message'];

/** Does what a message asks for. What it throws gives the message back, to come again later. */
export type Work = (message: Message) => Promise<void> | void;

export interface ConsumeSettings {
  /** The target: one of kind `pull`. */
  readonly id: string;
  /** Messages that are fetched at a time: 10 when left out, 100 at most. */
  readonly max?: number | undefined;
  /** How long they are leased, in seconds: 60 when left out. Leases of what takes longer are extended. */
  readonly leaseSeconds?: number | undefined;
  /** Messages that are worked on at a time: 1 when left out. */
  readonly parallel?: number | undefined;
  /** Whether nothing may be done before what was fetched before it: after a failure, what follows is given back as well. */
  readonly inOrder?: boolean | undefined;
  /** Whether it ends when there is nothing to fetch. */
  readonly untilEmpty?: boolean | undefined;
  /** How long a message waits that could not be done. Twice as long each time when left out, from 2 seconds to 15 minutes. */
  readonly delaySeconds?: ((message: Message, error: unknown) => number) | undefined;
  /** Told of each message that could not be done, and without one of a fetch that failed and is tried again. */
  readonly onError?: ((error: unknown, message?: Message) => void) | undefined;
  /** Ends it: what is under way is done, and all else given back. */
  readonly signal?: AbortSignal | undefined;
}
