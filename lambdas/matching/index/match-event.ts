import { type CompiledFilter, evaluate } from '../filters/compile.ts';
import type { Envelope } from '../language/envelope.ts';
import { MAX_STEPS } from '../language/work.ts';

/** What one pass has found out about an event. */
export interface Matching<S> {
  /** Subscriptions that want the event, ordered by id, all behind those that earlier passes looked at. */
  readonly found: readonly S[];
  /** The subscription up to which the pass has looked; undefined when none is left behind it. */
  readonly lookedUpTo?: string | undefined;
}

/** A subscription whose filter threw something, and so did not hold. */
export interface Fault {
  readonly subscription: string;
  readonly error: unknown;
}

/**
 * Steps for finding out whether the payload is needed: a fifth of a millisecond. Beyond, it is read, if need be in vain:
 * an index that looks at one filter after another is none.
 */
const MAX_STEPS_OF_NEED = MAX_STEPS / 10;

/** Whether a filter among these can't be decided without the payload, and what finding out has cost. */
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
 * Holds an event against the filters of the subscriptions that are left, each filter once, however many
 * subscriptions share it.
 *
 * @param candidates ordered by id, those of earlier passes left out
 * @param steps after so many (see `evaluate`) no further filter is begun; the first one always is, so that every
 *   pass gets further. One filter takes no more than about `MAX_STEPS`
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
  let lookedUpTo: string | undefined;
  for (const candidate of candidates) {
    const { filter } = candidate;
    let holds = verdicts.get(filter);
    if (holds === undefined) {
      if (used >= steps && lookedUpTo !== undefined) return { found, lookedUpTo, steps: used, faults };
      const result = evaluate(filter, envelope);
      used += result.steps;
      if (result.fault !== undefined) faults.push({ subscription: candidate.id, error: result.fault });
      holds = result.holds;
      verdicts.set(filter, holds);
    }
    if (holds) found.push(candidate);
    lookedUpTo = candidate.id;
  }
  return { found, steps: used, faults };
}
