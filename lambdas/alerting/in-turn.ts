import { errorFields, warn } from '../platform/log.ts';

/** A part of a run: one kind of judgement, over all tenants. */
export interface Part {
  /** For the log, such as `failing targets`. */
  readonly name: string;
  /** @param isOutOfTime whether to stop: what is left waits for the next run */
  run(isOutOfTime: () => boolean): Promise<void>;
}

/** Time kept back for what a part has begun, and for telling what it found. */
const RESERVE_MS = 15_000;

/**
 * Runs parts one after the other, each within an even share of the time that is left. A part that takes less leaves the rest
 * to those after it, and one that fails stops no other.
 * @param remainingMs how long the run may go on, in milliseconds
 * @throws Error naming the parts that failed, after all had their turn
 */
export async function runInTurn(parts: readonly Part[], remainingMs: () => number): Promise<void> {
  const failed: string[] = [];
  for (const [i, { name, run }] of parts.entries()) {
    const after = parts.length - i - 1;
    const keptMs = RESERVE_MS + ((remainingMs() - RESERVE_MS) * after) / (after + 1);
    try {
      await run(() => remainingMs() <= keptMs);
    } catch (error) {
      warn('assessing failed', { part: name, ...errorFields(error) });
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new Error(`not assessed: ${failed.join(', ')}`);
}
