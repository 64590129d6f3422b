import { typeMatcher } from '../../events/type-index.ts';
import type { Engines } from '../language/engines.ts';
import type { Envelope } from '../language/envelope.ts';
import type { FilterParts } from '../language/filter.ts';
import { compileFilter, evaluate, type Verdict } from './compile.ts';

/** A filter with its event types, for code that asks few filters of many events and so needs no index. */
export interface WholeFilter {
  /** Whether all holds that needs no payload. */
  own(envelope: Envelope): Verdict;
  /** Whether what needs the payload holds, as fanout finds it. Undefined for a filter that needs none. */
  readonly data: ((envelope: Envelope) => Verdict) | undefined;
}

const NOT_OF_TYPE: Verdict = { holds: false, steps: 1, isCutShort: false };

/** Compiles a filter that has been checked. */
export function wholeFilter(filter: FilterParts, engines: Engines): WholeFilter {
  const isOfType = typeMatcher(filter.events);
  const { own, data } = compileFilter(filter, engines);
  return {
    own: (envelope) => (isOfType(envelope.type) ? evaluate({ own, data: undefined }, envelope) : NOT_OF_TYPE),
    data: data && ((envelope) => evaluate({ own: undefined, data }, envelope)),
  };
}
