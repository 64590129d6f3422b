import * as z from 'zod/mini';
import type { ErrorClass } from './error-class.ts';
import { GONE, HEEDED, isPermanent, isSuccess } from './status-codes.ts';

/**
 * What an attempt means: it arrived; another may do better; another may do better once it is less busy; no other will; nothing
 * is wanted any more.
 */
export const MEANINGS = ['delivered', 'retry', 'throttled', 'final', 'gone'] as const;
export type Meaning = (typeof MEANINGS)[number];

/** What an answer means where its status does not say it: Slack refuses with 200, AWS throttles with 400. */
export interface Verdict {
  readonly means: Meaning;
  /** What the answer said, for a person. No credential. */
  readonly detail?: string | undefined;
  /** How long it asked to wait, in milliseconds, where no header says so. */
  readonly retryAfterMs?: number | undefined;
  /** What is kept of its body, where not all of it may be. */
  readonly answer?: string | undefined;
}

export const verdict = z.optional(z.enum(MEANINGS));

/** As much of an attempt as its meaning hangs on. */
interface Answered {
  readonly status?: number | undefined;
  readonly error?: ErrorClass | undefined;
  readonly verdict?: Meaning | undefined;
}

/** Failures before an answer that another attempt would meet again. */
const FINAL: ReadonlySet<ErrorClass | undefined> = new Set([
  'forbidden_address',
  'transform',
  'unsendable',
] as const);

/** What an attempt means. Its verdict goes before its status. */
export function meaningOf({ status, error, verdict }: Answered): Meaning {
  if (verdict !== undefined) return verdict;
  if (status === undefined) return FINAL.has(error) ? 'final' : 'retry';
  if (isSuccess(status)) return 'delivered';
  if (status === GONE) return 'gone';
  if (status === 429) return 'throttled';
  return isPermanent(status) ? 'final' : 'retry';
}

/** Whether an answer's wish to be left alone is heeded. */
export const isHeeded = (attempt: Answered): boolean =>
  attempt.verdict === 'throttled' || (attempt.verdict === undefined && HEEDED.has(attempt.status));
