import type { RetryPolicy } from './retry-policy.ts';
import type { SignatureScheme } from './signature.ts';

/** Where to send. */
export interface Target {
  readonly id: string;
  readonly url: string;
  readonly signature: SignatureScheme;
  /** Newest first; while one is being replaced, all of them sign. */
  readonly secrets: readonly string[];
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What to send. */
export interface Filter {
  readonly id: string;
  /** Event type patterns; any of them is enough. */
  readonly events: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Binds a target and a filter. Only active subscriptions get events. */
export interface Subscription {
  readonly id: string;
  readonly name?: string | undefined;
  readonly targetId: string;
  readonly filterId: string;
  readonly active: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** How long an endpoint may take to answer, in seconds. Standard Webhooks recommends 15 to 30. */
export const TIMEOUT_SECONDS = { min: 1, max: 30, default: 15 } as const;
