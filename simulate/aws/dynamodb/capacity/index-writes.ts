import { writeUnits } from '../../../../local/services/dynamodb/answer.ts';
import { type Index, spotIn, type Written } from '../../../../local/services/dynamodb/table.ts';
import type { Item, Value } from '../../../../local/services/dynamodb/values.ts';
import { type Point, pointOf } from './point.ts';

/** What a write of an item writes to an index. */
export interface IndexWrite {
  readonly point: Point;
  /** The text of the index's partition key. */
  readonly key: string;
  readonly units: number;
}

/**
 * An entry that comes or goes is one write, one that gets another key is two, and one whose attributes stay as they are is
 * none. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 */
export function indexWrites(
  index: Index,
  former: Written | undefined,
  next: Written | undefined,
): readonly IndexWrite[] {
  const before = former && isIn(index, former.item) ? former : undefined;
  const after = next && isIn(index, next.item) ? next : undefined;
  if (!before && !after) return NONE;
  if (before && after && isSameKey(index, before.item, after.item))
    return isSame(index, before.item, after.item) ? NONE : [writeOf(index, after, before)];
  return [before, after].flatMap((entry) => (entry ? [writeOf(index, entry)] : []));
}

const NONE: readonly IndexWrite[] = [];

function writeOf(index: Index, entry: Written, former = entry): IndexWrite {
  const spot = spotIn(index.schema, entry.item);
  // An index of chosen attributes has those of lists, which are far below a kilobyte.
  const units = index.attributes ? 1 : writeUnits(former.size, entry.size);
  return { point: pointOf(spot), key: spot.hash, units };
}

const isIn = ({ schema: { hash, range } }: Index, item: Item): boolean =>
  item[hash.name] !== undefined && (!range || item[range.name] !== undefined);

const isSameKey = ({ schema: { hash, range } }: Index, a: Item, b: Item): boolean =>
  isSameValue(a[hash.name], b[hash.name]) && (!range || isSameValue(a[range.name], b[range.name]));

const isSame = ({ attributes }: Index, a: Item, b: Item): boolean =>
  attributes?.every((name) => isSameValue(a[name], b[name])) ?? false;

/** Lists, maps and sets that were written anew count as others. */
function isSameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (a.S !== undefined) return a.S === b.S;
  if (a.N !== undefined) return a.N === b.N;
  return a.BOOL !== undefined && a.BOOL === b.BOOL;
}
