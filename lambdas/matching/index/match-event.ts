import { type CompiledFilter, evaluate } from '../filters/compile.ts';
import type { Envelope } from '../language/envelope.ts';
import { MAX_STEPS } from '../language/step-budget.ts';

/** What one pass has found for an event. */
export interface Matching<S> {
  /** Subscriptions that want the event, ordered by id; all come after those that earlier passes have scanned. */
  readonly found: readonly S[];
  /** The last subscription that the pass has scanned; undefined when none is left after it. */
  readonly scannedUpTo?: string | undefined;
}

/** A subscription whose filter threw an error, and so did not hold. */
export interface Fault {
  readonly subscription: string;
  readonly error: unknown;
}

/**
 * Steps for finding out whether the payload is needed: a fifth of a millisecond. Beyond that the payload is read, even
 * if in vain: an index must not evaluate one filter after another.
 */
const MAX_STEPS_OF_NEED = MAX_STEPS / 10;

/** Whether one of these filters can't be decided without the payload, and how many steps finding out took. */
export function findNeed(
  filters: Iterable<CompiledFilter>,
  envelope: Envelope,
): { needsData: boolean; steps: number } {
  let steps = 0;
  for (const { own, data } of filters) {
    if (!data) continue;
    if (steps > MAX_STEPS_OF_NEED) return { needsData: true, steps };
    const result = evaluate({ own, data: undefined }, envelope);
    steps += 1 + result.steps;
    if (result.holds) return { needsData: true, steps };
  }
  return { needsData: false, steps };
}

/**
 * Evaluates the filters of candidates for an event, each filter once, however many subscriptions share it.
 *
 * @param candidates ordered by id, without those of earlier passes
 * @param steps after so many (see `evaluate`) no further filter is begun. The first one always is, so that every pass
 *   makes progress. One filter takes no more than about `MAX_STEPS`
 */
export function matchEvent<E extends { readonly id: string; readonly filter: CompiledFilter }>(
  candidates: readonly E[],
  envelope: Envelope,
  steps: number,
): Matching<E> & { steps: number; faults: readonly Fault[] } {
  const verdicts = new Map<CompiledFilter, boolean>();
  const found: E[] = [];
  const faults: Fault[] = [];
  let used = 0;
  let scannedUpTo: string | undefined;
  for (const candidate of candidates) {
    const { filter } = candidate;
    let holds = verdicts.get(filter);
    if (holds === undefined) {
      if (used >= steps && scannedUpTo !== undefined) return { found, scannedUpTo, steps: used, faults };
      const result = evaluate(filter, envelope);
      used += result.steps;
      if (result.fault !== undefined) faults.push({ subscription: candidate.id, error: result.fault });
      holds = result.holds;
      verdicts.set(filter, holds);
    }
    if (holds) found.push(candidate);
    scannedUpTo = candidate.id;
  }
  return { found, steps: used, faults };
}
