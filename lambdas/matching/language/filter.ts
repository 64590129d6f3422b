import { type Condition, listOf } from './condition.ts';
import type { Span } from './during.ts';

/** What a filter says. All parts that are given must hold. */
export interface FilterParts {
  /** Event type patterns; any of them is enough. */
  readonly events: readonly string[];
  readonly where?: Condition | undefined;
  /** RFC 9535, over the event with its payload as `data`; holds when it selects anything. */
  readonly jsonpath?: string | undefined;
  /** Any of them is enough. */
  readonly during?: Span | readonly Span[] | undefined;
}

export const spansOf = (during: Span | readonly Span[]): readonly Span[] => listOf<Span>(during);
