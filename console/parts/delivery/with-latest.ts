import type { Attempt, DeathReason, DeliveryRow, WaitReason } from './types.ts';
import { isWaiting } from './words.ts';

/** What the live channel says of a delivery. */
export interface LatestOutcome {
  readonly status: DeliveryRow['status'];
  /** Attempts that were made; 0 where there was none. */
  readonly attempt: number;
  readonly statusCode?: number;
  readonly error?: string;
  readonly ms?: number;
  /** Why it is dead, or what it waits for. */
  readonly reason?: string;
  readonly at: string;
  readonly nextAttemptAt?: string;
}

/** A row as an outcome has changed it, unless it knows of a later attempt already. Of the attempt only what a row shows. */
export function withLatest(row: DeliveryRow, outcome: LatestOutcome | undefined): DeliveryRow {
  if (!outcome || (row.attempts.at(-1)?.number ?? 0) > outcome.attempt) return row;
  const { waitingFor: _, nextAttemptAt: __, reason: ___, ...kept } = row;
  const { status, reason, at, nextAttemptAt } = outcome;
  return {
    ...kept,
    status,
    since: at,
    ...(reason !== undefined && status === 'dead' && { reason: reason as DeathReason }),
    ...(reason !== undefined && isWaiting(status) && { waitingFor: reason as WaitReason }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    attempts: attemptsWith(row.attempts, outcome),
  };
}

function attemptsWith(
  attempts: DeliveryRow['attempts'],
  { attempt, statusCode, error, ms, at }: LatestOutcome,
): DeliveryRow['attempts'] {
  const before = attempts.filter(({ number }) => number < attempt);
  const known = attempts.find(({ number }) => number === attempt);
  // Without a time it is no attempt: the delivery waits, or died of something else.
  if (attempt === 0 || known || ms === undefined) return attempts;
  return [
    ...before,
    {
      number: attempt,
      at,
      durationMs: ms,
      ...(statusCode !== undefined && { statusCode }),
      ...(error !== undefined && { error: error as NonNullable<Attempt['error']> }),
    },
  ];
}
