import { type Condition, listOf } from './condition.ts';
import type { Span } from './time-windows.ts';

/** The parts of a filter. All parts that it has must hold. */
export interface FilterParts {
  /** Event type patterns, one of which must match. */
  readonly events: readonly string[];
  readonly where?: Condition | undefined;
  /** A query (RFC 9535) of the event with its payload as `data`. It holds when it selects anything. */
  readonly jsonpath?: string | undefined;
  /** Spans, one of which must hold. */
  readonly during?: Span | readonly Span[] | undefined;
}

export const spansOf = (during: Span | readonly Span[]): readonly Span[] => listOf<Span>(during);
