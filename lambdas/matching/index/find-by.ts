import type { Scalar } from '../language/condition.ts';
import type { Lookup } from '../language/predicates.ts';

/** Calls `found` for each indexed value that a field's value satisfies. @param work counts comparisons */
export function findBy<T>(
  lookup: Lookup,
  indexed: ReadonlyMap<Scalar, T>,
  value: Scalar | undefined,
  work: { steps: number },
  found: (one: T) => void,
): void {
  work.steps++;
  const fits = testOf(lookup, value);
  if (fits) {
    work.steps += Math.floor(indexed.size / SEARCHES_PER_STEP);
    for (const [known, one] of indexed) if (fits(known)) found(one);
  } else {
    const one = indexed.get(keyOf(lookup, value) as Scalar);
    if (one !== undefined) found(one);
  }
}

const SEARCHES_PER_STEP = 4;
/** A longer text counts as containing every other: the platform's search could take the product of both lengths. */
const MAX_SEARCHED = 4096;

/** A test for kinds of lookup that have to try one value after another; undefined for others. */
function testOf({ kind }: Lookup, value: Scalar | undefined): ((known: Scalar) => boolean) | undefined {
  switch (kind) {
    case 'above':
      return (bound) => typeof value === 'number' && value >= (bound as number);
    case 'below':
      return (bound) => typeof value === 'number' && value <= (bound as number);
    case 'within':
      return (text) =>
        typeof value === 'string' && (value.length > MAX_SEARCHED || value.includes(text as string));
    default:
      return undefined;
  }
}

/** The key to look up in a map; undefined, which no map has, when there is none. */
function keyOf({ kind, length }: Lookup, value: Scalar | undefined): Scalar | undefined {
  if (kind === 'equal') return value;
  if (typeof value !== 'string' || value.length < length) return undefined;
  return kind === 'prefix' ? value.slice(0, length) : value.slice(-length);
}
