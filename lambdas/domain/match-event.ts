import { type Envelope, evaluate } from './condition.ts';
import type { FilterEntry, MatchEntry } from './tenant-index.ts';

/** What one pass has found out about an event. */
export interface Matching<S> {
  /** Subscriptions that want the event, ordered by id, all behind those that earlier passes looked at. */
  readonly found: readonly S[];
  /** The subscription up to which the pass has looked; undefined when none is left behind it. */
  readonly lookedUpTo?: string | undefined;
}

/**
 * Holds an event against the conditions of the subscriptions that are left, each condition once, however many
 * subscriptions share its filter.
 *
 * @param candidates ordered by id, those of earlier passes left out
 * @param steps after so many (see `evaluate`) no further condition is begun; the first one always is, so that every
 *   pass gets further. One condition takes no more than about `MAX_STEPS`
 */
export function matchEvent<E extends Pick<MatchEntry, 'id' | 'filter'>>(
  candidates: readonly E[],
  envelope: Envelope,
  steps: number,
): Matching<E> & { steps: number } {
  const verdicts = new Map<FilterEntry, boolean>();
  const found: E[] = [];
  let used = 0;
  let lookedUpTo: string | undefined;
  for (const candidate of candidates) {
    const { filter } = candidate;
    let holds = filter.where === undefined || verdicts.get(filter);
    if (holds === undefined) {
      if (used >= steps && lookedUpTo !== undefined) return { found, lookedUpTo, steps: used };
      const result = evaluate(filter.where!, envelope);
      used += result.steps;
      holds = result.holds;
      verdicts.set(filter, holds);
    }
    if (holds) found.push(candidate);
    lookedUpTo = candidate.id;
  }
  return { found, steps: used };
}
