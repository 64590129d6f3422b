/** Where a request of an environment goes wrong. */
export type CallFault =
  /** The service answers with a fault of its own, and has done nothing. */
  | { readonly kind: 'fails before' }
  /** The service refuses it for coming too fast, as a table does. Of an endpoint it is a connection that breaks. */
  | { readonly kind: 'is throttled' }
  /** It has done what was asked for, and its answer is lost. */
  | { readonly kind: 'fails after' }
  /** It does part of a batch. Of other requests, nothing. */
  | { readonly kind: 'does part'; readonly share: number }
  /** The environment ends before the request has an effect, or right after. */
  | { readonly kind: 'ends before' }
  | { readonly kind: 'ends after' }
  /** The environment stands still, and goes on as if nothing had been. */
  | { readonly kind: 'freezes'; readonly ms: number }
  /** The answer takes longer. */
  | { readonly kind: 'is slow'; readonly ms: number };

export interface CallAbout {
  readonly functionName: string;
  readonly instance: string;
  /** `endpoint` for a request to a target. */
  readonly service: string;
  readonly operation: string;
}

/** What goes wrong in a history. Each is asked at the moment in which it may. */
export interface Mischief {
  call(about: CallAbout): CallFault | undefined;
  /** Of a message that is sent: how much later than others it comes, and whether it comes twice. */
  message(queue: string): { readonly lateMs: number; readonly again: boolean };
  /** Whether an invocation is refused for want of concurrency. */
  isThrottled(functionName: string): boolean;
  /** Whether a mapping's DeleteMessageBatch is lost, so that its messages return. */
  losesDeletes(queue: string): boolean;
  /** How far the clock of a new environment is ahead. Milliseconds. */
  skewMs(): number;
  /** Whether a new environment of this function runs the release before. */
  isOld(functionName: string): boolean;
}

/** Nothing goes wrong. */
export const NONE: Mischief = {
  call: () => undefined,
  message: () => ({ lateMs: 0, again: false }),
  isThrottled: () => false,
  losesDeletes: () => false,
  skewMs: () => 0,
  isOld: () => false,
};
