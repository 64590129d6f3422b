/** Reads and writes of one item. Each returns undefined for what is dynalite's to answer; nothing is changed then. */
import {
  type Answer,
  answered,
  conditionFailed,
  readUnits,
  spotOfItem,
  spotOfKey,
  writeUnits,
} from './answer.ts';
import type { Plan } from './compile.ts';
import { type Meaning, nameOf, projected } from './evaluate.ts';
import { isItemTooLarge, itemFault } from './limits.ts';
import type { Request } from './plan.ts';
import type { Spot, Table } from './table.ts';
import { type Item, isPlainNumber, itemSize, sum, typeOf, type Value } from './values.ts';

type Action = (table: Table, request: Request, plan: Plan) => Answer | undefined;

const NOTHING: Item = {};

export const meaningOf = (request: Request): Meaning => ({
  names: request.ExpressionAttributeNames ?? {},
  values: request.ExpressionAttributeValues ?? NOTHING,
});

export const getItem: Action = (table, request, plan) => {
  const spot = spotOfKey(table, request.Key);
  if (!spot || isKeyEntered(table, request, plan)) return undefined;
  const found = table.items.find(spot);
  const item =
    found && plan.projection ? projected(plan.projection, found.item, meaningOf(request)) : found?.item;
  return answered(request, readUnits(found?.size ?? 0, request.ConsistentRead), { Item: item });
};

/** Whether the request names something inside a key, which has nothing inside. */
export const isKeyEntered = (table: Table, request: Request, { entered }: Plan): boolean =>
  entered.length > 0 &&
  entered.some((head) => {
    const name = nameOf(head, meaningOf(request));
    return table.keyTypes.has(name) || table.indexKeyTypes.has(name);
  });

/** @returns undefined if the condition holds */
function refusalOf(
  table: Table,
  spot: Spot,
  condition: NonNullable<Plan['condition']>,
  request: Request,
): Answer | undefined {
  const found = table.items.find(spot);
  return condition(found?.item ?? NOTHING, meaningOf(request)) ? undefined : conditionFailed(found?.size);
}

export const putItem: Action = (table, request, { condition }) => {
  const item = request.Item!;
  const size = itemSize(item);
  const spot = size >= 0 && !isItemTooLarge(item, size) ? spotOfItem(table, item) : undefined;
  if (!spot) return undefined;
  const refusal = condition && refusalOf(table, spot, condition, request);
  if (refusal) return refusal;
  const former = table.put(spot, item, size);
  return answered(request, writeUnits(former?.size ?? 0, size), {
    Attributes: request.ReturnValues === 'ALL_OLD' ? former?.item : undefined,
  });
};

export const deleteItem: Action = (table, request, { condition }) => {
  const spot = spotOfKey(table, request.Key);
  if (!spot) return undefined;
  const refusal = condition && refusalOf(table, spot, condition, request);
  if (refusal) return refusal;
  const former = table.delete(spot);
  return answered(request, writeUnits(former?.size ?? 0), {
    Attributes: request.ReturnValues === 'ALL_OLD' ? former?.item : undefined,
  });
};

export const updateItem: Action = (table, request, plan) => {
  const spot = spotOfKey(table, request.Key);
  if (!spot || !plan.sections) return undefined;
  const meaning = meaningOf(request);
  const former = table.items.find(spot);
  if (!areForUpdate(table, plan.sections, meaning)) return undefined;
  if (plan.condition && !plan.condition(former?.item ?? NOTHING, meaning))
    return conditionFailed(former?.size);
  const item = updated(former?.item ?? request.Key!, plan.sections, meaning);
  const size = item ? itemSize(item) : -1;
  if (!item || size < 0 || isItemTooLarge(item, size) || itemFault(table, item)) return undefined;
  table.put(spot, item, size);
  const changed = (from: Item): Item =>
    projected(
      plan.sections!.map(({ path }) => path),
      from,
      meaning,
    );
  const returned: Readonly<Record<string, () => Item | undefined>> = {
    ALL_OLD: () => former?.item,
    UPDATED_OLD: () => former && changed(former.item),
    ALL_NEW: () => item,
    UPDATED_NEW: () => changed(item),
  };
  return answered(request, writeUnits(former?.size ?? 0, size), {
    Attributes: returned[request.ReturnValues ?? 'NONE']?.(),
  });
};

type Sections = NonNullable<Plan['sections']>;

/** Whether no section is for a key of the table, and none gives a key of an index another type. */
const areForUpdate = (table: Table, sections: Sections, meaning: Meaning): boolean =>
  sections.every((section) => {
    const name = nameOf(section.path[0]!, meaning);
    const type = table.indexKeyTypes.get(name);
    if (table.keyTypes.has(name)) return false;
    return (
      type === undefined || section.kind === 'remove' || (section.kind === 'set' && section.type === type)
    );
  });

/** @returns undefined where dynalite refuses the update */
function updated(item: Item, sections: Sections, meaning: Meaning): Item | undefined {
  const next: Record<string, Value> = { ...item };
  const gone = new Set<string>();
  for (const section of sections) {
    const name = nameOf(section.path[0]!, meaning);
    const result = resultOf(section, item, name, meaning);
    if (!result) return undefined;
    if (result === NONE) gone.add(name);
    else next[name] = result;
  }
  return gone.size === 0 ? next : without(gone, next);
}

function resultOf(section: Sections[number], item: Item, name: string, meaning: Meaning): Value | undefined {
  if (section.kind === 'remove') return NONE;
  const value = section.value(item, meaning);
  return value && (section.kind === 'set' ? value : CHANGES[section.kind](item[name], value));
}

/** An attribute that is gone. */
const NONE: Value = {};

/** @returns undefined for an attribute of another type */
const CHANGES: Record<'add' | 'delete', (former: Value | undefined, by: Value) => Value | undefined> = {
  add(former, by) {
    const type = typeOf(by);
    if (former && typeOf(former) !== type) return undefined;
    if (type === 'N')
      return isPlainNumber(former?.N ?? '0') ? { N: sum(former?.N ?? '0', by.N!) } : undefined;
    const known = former ? textsOf(former) : [];
    return { [type]: [...known, ...textsOf(by).filter((text) => !known.includes(text))] };
  },
  delete(former, by) {
    const type = typeOf(by);
    if (!former) return NONE;
    if (typeOf(former) !== type) return undefined;
    const gone = textsOf(by);
    const left = textsOf(former).filter((text) => !gone.includes(text));
    return left.length > 0 ? { [type]: left } : NONE;
  },
};

const textsOf = ({ SS, NS, BS }: Value): readonly string[] => SS ?? NS ?? BS ?? [];

/** A copy: deleting an attribute would turn the object into a slow one. */
function without(gone: ReadonlySet<string>, item: Item): Item {
  const left: Record<string, Value> = {};
  for (const name in item) if (!gone.has(name)) left[name] = item[name]!;
  return left;
}
