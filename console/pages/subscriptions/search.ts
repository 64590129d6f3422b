import { fits } from '../../parts/event-patterns.ts';
import { stateOf } from './state.ts';
import type { Subscription } from './use-entity.ts';

export interface Search {
  readonly q?: string | undefined;
  readonly state?: string | undefined;
  /** Those that want events of this type, as far as the type decides. */
  readonly eventType?: string | undefined;
  readonly targetId?: string | undefined;
}

/** The subscriptions that a search means. */
export function found(rows: readonly Subscription[], search: Search): readonly Subscription[] {
  const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = [
      row.name ?? '',
      row.url ?? row.address ?? '',
      row.id,
      row.filterId,
      row.description ?? '',
      ...row.events,
    ]
      .join('\n')
      .toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (!search.state || search.state.split(',').includes(stateOf(row))) &&
      (!search.targetId || row.targetId === search.targetId) &&
      (!search.eventType || row.events.some((pattern) => fits(pattern, search.eventType!)))
    );
  });
}
