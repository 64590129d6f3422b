/** Query and Scan. Each returns undefined for what is dynalite's to answer. */
import { type Answer, answered, namesOf, READ_UNIT, spotOfStart } from './answer.ts';
import type { Plan } from './compile.ts';
import { type Meaning, nameOf, projected } from './evaluate.ts';
import { isKeyEntered, meaningOf } from './items.ts';
import { emptyKey } from './limits.ts';
import type { Request } from './plan.ts';
import type { SortedEntries } from './sorted.ts';
import {
  type Entry,
  type Index,
  orderOf,
  type Schema,
  type Spot,
  sortText,
  spotIn,
  type Table,
} from './table.ts';
import { type Item, unitsOf, type Value } from './values.ts';

/** A page ends with the entry that fills it. */
const PAGE_BYTES = 1024 * 1024;

type Action = (table: Table, request: Request, plan: Plan) => Answer | undefined;

/** What is asked of the table or of one of its indexes. */
interface Source {
  readonly index: Index | undefined;
  readonly schema: Schema;
  /** Where the page before ended. */
  readonly start: Spot | undefined;
}

export const query: Action = (table, request, plan) => {
  const source = sourceOf(table, request, plan);
  const span = source && spanOf(source.schema, request, plan);
  if (!source || !span || conditionFault(table, request, plan) || isKeyFiltered(source.schema, request, plan))
    return undefined;
  const { start, index } = source;
  if (start && (start.hash !== span.hash || span.isBelow(start.sort) || span.isAbove(start.sort)))
    return undefined;
  const page = new Page(table, request, plan, index);
  const partition = (index?.entries ?? table.items).partition(span.hash);
  if (partition) read(partition, span, start, request.ScanIndexForward !== false, page);
  const from = { index: index?.name, spot: { hash: span.hash, sort: page.firstSort ?? start?.sort ?? '' } };
  return { ...page.answer(), from };
};

export const scan: Action = (table, request, plan) => {
  const source = sourceOf(table, request, plan);
  if (!source) return undefined;
  const { start, index, schema } = source;
  const page = new Page(table, request, plan, index);
  const first = start && orderOf(schema, request.ExclusiveStartKey!);
  for (const partition of (index?.entries ?? table.items).inOrder(first)) {
    const isFirst = start !== undefined && partition.order === first;
    if (!partition.forward((entry) => isFirst && !isAfter(entry, start), page.take)) break;
  }
  return page.answer();
};

function sourceOf(table: Table, request: Request, plan: Plan): Source | undefined {
  const { IndexName, ExclusiveStartKey, Select, ConsistentRead } = request;
  const index = table.indexes.find(({ name }) => name === IndexName);
  if (IndexName !== undefined && (!index || (ConsistentRead && !index.isLocal))) return undefined;
  if ((Select !== undefined && Select !== 'COUNT') || isKeyEntered(table, request, plan)) return undefined;
  const start = ExclusiveStartKey && spotOfStart(table, index, ExclusiveStartKey);
  if (ExclusiveStartKey && !start) return undefined;
  return { index, schema: index?.schema ?? table.schema, start };
}

/** A query may not filter by the keys that it is about. */
function isKeyFiltered(schema: Schema, request: Request, { filtered }: Plan): boolean {
  const keys = namesOf(schema);
  return filtered.some((head) => keys.includes(nameOf(head, meaningOf(request))));
}

/** DynamoDB refuses a key condition with an empty value, which no key has; dynalite takes it. */
export function conditionFault(table: Table, request: Request, { keyConditions }: Plan): string | undefined {
  const meaning = meaningOf(request);
  const { schema } = table.indexes.find(({ name }) => name === request.IndexName) ?? table;
  for (const { attribute, values } of keyConditions) {
    const key = [schema.hash, schema.range].find((each) => each?.name === nameOf(attribute, meaning));
    if (key && values.some((value) => meaning.values[value]?.[key.type] === '')) return emptyKey(key.name);
  }
  return undefined;
}

/** The part of a partition that a query is about. */
interface Span {
  readonly hash: string;
  readonly isBelow: (sort: string) => boolean;
  readonly isAbove: (sort: string) => boolean;
}

const never = (): boolean => false;

/** From the texts of the condition's values. */
const RANGES: Readonly<Record<string, (low: string, high: string) => Omit<Span, 'hash'>>> = {
  EQ: (key) => ({ isBelow: (sort) => sort < key, isAbove: (sort) => sort > key }),
  LT: (key) => ({ isBelow: never, isAbove: (sort) => sort >= key }),
  LE: (key) => ({ isBelow: never, isAbove: (sort) => sort > key }),
  GT: (key) => ({ isBelow: (sort) => sort <= key, isAbove: never }),
  GE: (key) => ({ isBelow: (sort) => sort < key, isAbove: never }),
  BETWEEN: (low, high) => ({ isBelow: (sort) => sort < low, isAbove: (sort) => sort > high }),
  BEGINS_WITH: (prefix) => ({
    isBelow: (sort) => sort < prefix,
    isAbove: (sort) => sort > prefix && !sort.startsWith(prefix),
  }),
};

function spanOf(schema: Schema, request: Request, { keyConditions }: Plan): Span | undefined {
  const meaning = meaningOf(request);
  const find = (name: string | undefined) =>
    keyConditions.find(({ attribute }) => nameOf(attribute, meaning) === name);
  const [ofHash, ofRange] = [find(schema.hash.name), find(schema.range?.name)];
  const known = [ofHash, ofRange].filter((condition) => condition !== undefined);
  if (ofHash?.operator !== 'EQ' || known.length < keyConditions.length) return undefined;
  const valueFor = (placeholder: string): Value => meaning.values[placeholder]!;
  const hash = valueFor(ofHash.values[0]!);
  if (hash[schema.hash.type] === undefined) return undefined;
  const { hash: text } = spotIn({ hash: schema.hash, range: undefined }, { [schema.hash.name]: hash });
  if (!ofRange || !schema.range) return { hash: text, isBelow: never, isAbove: never };
  const { type } = schema.range;
  const limits = ofRange.values.map(valueFor);
  const range = RANGES[ofRange.operator];
  if (!range || limits.some((limit) => limit[type] === undefined)) return undefined;
  const [low = '', high = ''] = limits.map((limit) => sortText(limit, type));
  return { hash: text, ...range(low, high) };
}

const isAfter = (entry: Entry, { sort, tie }: Spot): boolean =>
  entry.sort > sort || (entry.sort === sort && entry.tie > tie);
const isBefore = (entry: Entry, { sort, tie }: Spot): boolean =>
  entry.sort < sort || (entry.sort === sort && entry.tie < tie);

function read(
  partition: SortedEntries<Entry>,
  { isBelow, isAbove }: Span,
  start: Spot | undefined,
  isForward: boolean,
  page: Page,
): void {
  if (isForward) {
    const isSkipped = (entry: Entry): boolean =>
      isBelow(entry.sort) || (start !== undefined && !isAfter(entry, start));
    partition.forward(isSkipped, (entry) => !isAbove(entry.sort) && page.take(entry));
  } else {
    const isSkipped = (entry: Entry): boolean =>
      isAbove(entry.sort) || (start !== undefined && !isBefore(entry, start));
    partition.backward(isSkipped, (entry) => !isBelow(entry.sort) && page.take(entry));
  }
}

/** Collects entries until the page is full. */
class Page {
  readonly #table: Table;
  readonly #request: Request;
  readonly #plan: Plan;
  readonly #index: Index | undefined;
  readonly #meaning: Meaning;
  readonly #found: Item[] = [];
  #scanned = 0;
  #bytes = 0;
  #billed = 0;
  #last: Item | undefined;
  firstSort: string | undefined;

  constructor(table: Table, request: Request, plan: Plan, index: Index | undefined) {
    this.#table = table;
    this.#request = request;
    this.#plan = plan;
    this.#index = index;
    this.#meaning = meaningOf(request);
  }

  get #isFull(): boolean {
    return this.#bytes >= PAGE_BYTES || this.#scanned >= (this.#request.Limit ?? Number.POSITIVE_INFINITY);
  }

  /** @returns false if the page is full without this entry */
  readonly take = (entry: Entry): boolean => {
    if (this.#isFull) return false;
    entry.packed ??= unitsOf(entry.item, true, true, this.#table.schema.range?.name);
    this.#bytes += entry.packed;
    this.#billed += entry.size;
    this.#scanned += 1;
    this.#last = entry.item;
    this.firstSort ??= entry.sort;
    const { filter } = this.#plan;
    if (!filter || filter(entry.item, this.#meaning)) this.#found.push(entry.item);
    return true;
  };

  answer(): Answer {
    const { Select, ConsistentRead } = this.#request;
    const { projection } = this.#plan;
    const items = projection
      ? this.#found.map((item) => projected(projection, item, this.#meaning))
      : this.#found;
    const units = Math.ceil(this.#billed / READ_UNIT) * (ConsistentRead ? 1 : 0.5);
    return answered(this.#request, units, {
      Items: Select === 'COUNT' ? undefined : items,
      Count: items.length,
      ScannedCount: this.#scanned,
      LastEvaluatedKey: this.#isFull && this.#last ? this.#keyOf(this.#last) : undefined,
    });
  }

  #keyOf(item: Item): Item {
    const names = [...namesOf(this.#table.schema), ...(this.#index ? namesOf(this.#index.schema) : [])];
    return Object.fromEntries([...new Set(names)].map((name) => [name, item[name]!]));
  }
}
