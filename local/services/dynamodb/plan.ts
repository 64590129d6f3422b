/**
 * What a request says apart from its names, values and items: understood once for all requests of its shape, with the
 * checks and parsers of dynalite.
 */
import db from 'dynalite/db/index.js';
import conditionTypes from 'dynalite/validations/deleteItem.js';
import getItem from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import putItem from 'dynalite/validations/putItem.js';
import query from 'dynalite/validations/query.js';
import scan from 'dynalite/validations/scan.js';
import updateItem from 'dynalite/validations/updateItem.js';
import { LRUCache } from 'lru-cache';
import { type Item, isPlainNumber, negated, sizeOf, sum, type Type, typeOf, type Value } from './values.ts';

const RULES = {
  GetItem: getItem,
  PutItem: putItem,
  UpdateItem: updateItem,
  DeleteItem: conditionTypes,
  Query: query,
  Scan: scan,
};

export type Operation = keyof typeof RULES;

/** The request of one item or query, as it came. Only those of its fields that a plan was made for may be trusted. */
export interface Request {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ExclusiveStartKey?: Item;
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
  readonly ScanIndexForward?: boolean;
  readonly Select?: string;
  readonly ReturnValues?: string;
  readonly ReturnConsumedCapacity?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

/** What names and values stand for in one request. */
export interface Meaning {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
}

/** A placeholder for the name of an attribute. */
class Name {
  readonly placeholder: string;
  constructor(placeholder: string) {
    this.placeholder = placeholder;
  }
}

type Part = string | number | Name;
export type Path = readonly Part[];
type Operand = (item: Item, meaning: Meaning) => Value | undefined;
export type Test = (item: Item, meaning: Meaning) => boolean;

export interface KeyCondition {
  readonly attribute: Part;
  readonly operator: string;
  /** Placeholders of its values. */
  readonly values: readonly string[];
}

export type Section = { readonly path: Path } & (
  | { readonly kind: 'set'; readonly type: Type | undefined; readonly value: Operand }
  | { readonly kind: 'add' | 'delete'; readonly type: Type; readonly value: Operand }
  | { readonly kind: 'remove' }
);

export interface Plan {
  readonly condition: Test | undefined;
  readonly filter: Test | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly keyConditions: readonly KeyCondition[];
  readonly sections: readonly Section[] | undefined;
  /** Attributes that the filter names, and those inside of which the filter or projection names something. */
  readonly filtered: readonly Part[];
  readonly entered: readonly Part[];
  /** Placeholders of values, of which the first must not be greater than the second. */
  readonly bounds: readonly (readonly [string, string])[];
  /** Names in the expressions that are no placeholders. */
  readonly literals: ReadonlySet<string>;
}

/** A shape that dynalite accepts and this file does not understand. */
class NotUnderstoodError extends Error {}

/** Ours are some hundred. */
const KEPT = 2000;
const plans = new LRUCache<string, Plan | 'not understood'>({ max: KEPT });

/** @returns undefined for a request that is for dynalite to answer: it is wrong, or not understood */
export function planOf(operation: Operation, request: object): Plan | undefined {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = request as Request;
  const general = keptPlan(operation, request, 'any names');
  const plan =
    general && names && isNamedTwice(general, names) ? keptPlan(operation, request, 'these names') : general;
  const areInOrder = plan?.bounds.every(([low, high]) => !holds('>', values![low], [values![high]]));
  return areInOrder ? plan : undefined;
}

/** Whether an expression names an attribute by itself and by a placeholder: then its rules depend on the names. */
const isNamedTwice = ({ literals }: Plan, names: Readonly<Record<string, string>>): boolean =>
  literals.size > 0 && Object.values(names).some((name) => literals.has(name));

/** Whether a plan is for all names that placeholders can have, or for those of the request. */
type Scope = 'any names' | 'these names';

function keptPlan(operation: Operation, request: object, scope: Scope): Plan | undefined {
  const shape = shapeOf(operation, request, scope);
  if (shape === undefined) return undefined;
  let plan = plans.get(shape);
  if (!plan) {
    plan = makePlan(operation, request, scope);
    // What is wrong with a request may be in its items.
    if (plan) plans.set(shape, plan);
  }
  return plan === 'not understood' ? undefined : plan;
}

type Field = 'text' | 'flag' | 'count' | 'item' | 'names' | 'values';

/** Other fields are not understood. */
const FIELDS: Readonly<Record<string, Field>> = {
  TableName: 'text',
  IndexName: 'text',
  Key: 'item',
  Item: 'item',
  ExclusiveStartKey: 'item',
  Limit: 'count',
  ConsistentRead: 'flag',
  ScanIndexForward: 'flag',
  Select: 'text',
  ReturnValues: 'text',
  ReturnConsumedCapacity: 'text',
  KeyConditionExpression: 'text',
  ConditionExpression: 'text',
  FilterExpression: 'text',
  ProjectionExpression: 'text',
  UpdateExpression: 'text',
  ExpressionAttributeNames: 'names',
  ExpressionAttributeValues: 'values',
};

/** All of a request that decides whether it is valid and what it means, apart from names, values and items. */
function shapeOf(operation: Operation, request: object, scope: Scope): string | undefined {
  const shape: string[] = [operation];
  if (scope === 'these names') shape.push(JSON.stringify((request as Request).ExpressionAttributeNames));
  const { types } = RULES[operation];
  for (const [field, content] of Object.entries(request)) {
    // dynalite passes over fields that it does not know.
    const kind = Object.hasOwn(types, field) && Object.hasOwn(FIELDS, field) ? FIELDS[field]! : undefined;
    if (kind === undefined || !SHAPES[kind](content, shape)) return undefined;
    shape.push(field);
  }
  return JSON.stringify(shape);
}

const isObject = (content: unknown): content is object =>
  typeof content === 'object' && content !== null && !Array.isArray(content);

/** They add to the shape, and return false for what is not understood. */
const SHAPES: Record<Field, (content: unknown, shape: string[]) => boolean> = {
  text: (content, shape) => typeof content === 'string' && shape.push(content) > 0,
  flag: (content, shape) => typeof content === 'boolean' && shape.push(String(content)) > 0,
  count: (content) => Number.isInteger(content) && (content as number) > 0,
  item: isObject,
  names(content, shape) {
    if (!isObject(content)) return false;
    const firsts = new Map<string, string>();
    for (const [placeholder, name] of Object.entries(content)) {
      if (typeof name !== 'string' || name === '' || name in Object.prototype) return false;
      shape.push(placeholder, firstFor(firsts, name, placeholder));
    }
    return true;
  },
  values(content, shape) {
    if (!isObject(content)) return false;
    for (const [placeholder, value] of Object.entries(content)) {
      if (sizeOf(value) < 0) return false;
      shape.push(placeholder, typeOf(value as Value));
    }
    return true;
  },
};

/** The first placeholder with this name: rules depend on which have the same. */
function firstFor(firsts: Map<string, string>, name: string, placeholder: string): string {
  const first = firsts.get(name) ?? placeholder;
  firsts.set(name, first);
  return first;
}

/** Marks a placeholder that dynalite has resolved to itself. No name in an expression has it. */
const MARK = '\0';

interface Checked {
  readonly ExpressionAttributeValues?: Item;
  readonly KeyConditions?: Readonly<
    Record<string, { readonly ComparisonOperator: string; readonly AttributeValueList: readonly Value[] }>
  >;
  readonly _condition?: { readonly expression: Node };
  readonly _filter?: {
    readonly expression: Node;
    readonly pathHeads: Readonly<Record<string, true>>;
    readonly nestedPaths: Readonly<Record<string, true>>;
  };
  readonly _projection?: {
    readonly paths: readonly RawPath[];
    readonly nestedPaths: Readonly<Record<string, true>>;
  };
  readonly _updates?: { readonly sections: readonly RawSection[] };
}

type RawPath = readonly (string | number)[];
type RawOperand = RawPath | Node | Value;
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly args: readonly RawOperand[];
}
interface RawSection {
  readonly type: Section['kind'];
  readonly path: RawPath;
  readonly val: RawOperand;
  readonly attrType?: Type | null;
}

/** @returns undefined if dynalite refuses the request */
function makePlan(operation: Operation, request: object, scope: Scope): Plan | 'not understood' | undefined {
  const { types, custom } = RULES[operation];
  const { ExpressionAttributeNames: names } = request as Request;
  const marked = {
    ...structuredClone(request),
    ...(names && scope === 'any names' && { ExpressionAttributeNames: marks(names) }),
  };
  try {
    const checked = validations.checkTypes(marked, types);
    validations.checkValidations(checked, types, custom, { options: { maxItemSize: MAX_ITEM_BYTES } });
    return compile(checked as Checked);
  } catch (error) {
    return error instanceof NotUnderstoodError ? 'not understood' : undefined;
  }
}

function marks(names: Readonly<Record<string, string>>): Record<string, string> {
  const firsts = new Map<string, string>();
  return Object.fromEntries(
    Object.entries(names).map(([placeholder, name]) => [
      placeholder,
      MARK + firstFor(firsts, name, placeholder),
    ]),
  );
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
export const MAX_ITEM_BYTES = 400 * 1024;

function compile(checked: Checked): Plan {
  const {
    _condition,
    _filter,
    _projection,
    _updates,
    KeyConditions = {},
    ExpressionAttributeValues = {},
  } = checked;
  const placeholders = new Map<unknown, string>(
    Object.entries(ExpressionAttributeValues).map(([name, value]) => [value, name]),
  );
  const literals = new Set<string>();
  const bounds: [string, string][] = [];

  function partOf(raw: string | number): Part {
    if (typeof raw === 'number') return raw;
    if (raw.startsWith(MARK)) return new Name(raw.slice(MARK.length));
    if (raw in Object.prototype) throw new NotUnderstoodError();
    literals.add(raw);
    return raw;
  }
  const pathOf = (raw: RawPath): Path => raw.map(partOf);
  const headsOf = (heads: Readonly<Record<string, true>> = {}): Part[] => Object.keys(heads).map(partOf);
  function placeholderOf(value: unknown): string {
    const placeholder = placeholders.get(value);
    if (placeholder === undefined) throw new NotUnderstoodError();
    return placeholder;
  }

  function operandOf(raw: RawOperand): Operand {
    if (Array.isArray(raw)) {
      const path = pathOf(raw);
      return (item, meaning) => at(item, path, meaning);
    }
    const placeholder = placeholderOf(raw);
    return (_, { values }) => values[placeholder];
  }

  function testOf({ type, name, args }: Node): Test {
    if (type === 'and' || type === 'or') {
      const [left, right] = [testOf(args[0] as Node), testOf(args[1] as Node)];
      return type === 'and'
        ? (item, meaning) => left(item, meaning) && right(item, meaning)
        : (item, meaning) => left(item, meaning) || right(item, meaning);
    }
    if (type === 'not') {
      const inner = testOf(args[0] as Node);
      return (item, meaning) => !inner(item, meaning);
    }
    const operator = type === 'function' ? name! : type;
    // Whether it is valid depends on its value.
    if (operator === 'attribute_type') throw new NotUnderstoodError();
    if (operator === 'between' && placeholders.has(args[1]) && placeholders.has(args[2]))
      bounds.push([placeholderOf(args[1]), placeholderOf(args[2])]);
    const [first, ...others] = args.map(operandOf);
    return (item, meaning) =>
      holds(
        operator,
        first!(item, meaning),
        others.map((operand) => operand(item, meaning)),
      );
  }

  /** Of SET. @returns undefined where dynalite would refuse the update */
  function resultOf(raw: RawOperand): Operand {
    if (Array.isArray(raw) || placeholders.has(raw)) return operandOf(raw);
    const { type, name, args } = raw as Node;
    const [left, right] = args.map(resultOf) as [Operand, Operand];
    if (type === 'function' && name === 'if_not_exists')
      return (item, meaning) => left(item, meaning) ?? right(item, meaning);
    if (type === 'function')
      return (item, meaning) => {
        const [a, b] = [left(item, meaning)?.L, right(item, meaning)?.L];
        return a && b && { L: [...a, ...b] };
      };
    return (item, meaning) => {
      const [a, b] = [left(item, meaning)?.N, right(item, meaning)?.N];
      if (a === undefined || b === undefined || !isPlainNumber(a) || !isPlainNumber(b)) return undefined;
      return { N: sum(a, type === 'add' ? b : negated(b)) };
    };
  }

  function sectionOf({ type, path: raw, val, attrType }: RawSection): Section {
    const path = pathOf(raw);
    if (path.length > 1) throw new NotUnderstoodError();
    if (type === 'remove') return { kind: type, path };
    if (type === 'set') return { kind: type, path, type: attrType ?? undefined, value: resultOf(val) };
    return { kind: type, path, type: attrType!, value: operandOf(val) };
  }

  const keyConditions = Object.entries(KeyConditions).map(
    ([attribute, { ComparisonOperator: operator, AttributeValueList }]): KeyCondition => {
      const values = AttributeValueList.map(placeholderOf);
      if (operator === 'BETWEEN') bounds.push(values as [string, string]);
      return { attribute: partOf(attribute), operator, values };
    },
  );
  return {
    condition: _condition && testOf(_condition.expression),
    filter: _filter && testOf(_filter.expression),
    projection: _projection?.paths.map(pathOf),
    keyConditions,
    sections: _updates?.sections.map(sectionOf),
    filtered: headsOf(_filter?.pathHeads),
    entered: [...headsOf(_filter?.nestedPaths), ...headsOf(_projection?.nestedPaths)],
    bounds,
    literals,
  };
}

export const nameOf = (part: Part, { names }: Meaning): string =>
  part instanceof Name ? names[part.placeholder]! : String(part);

/** What stands at a path of an item. */
function at(item: Item, path: Path, meaning: Meaning): Value | undefined {
  let found: Value | undefined = item[nameOf(path[0]!, meaning)];
  for (let i = 1; found && i < path.length; i++) {
    const part = path[i]!;
    found = typeof part === 'number' && found.L ? found.L[part] : found.M?.[nameOf(part, meaning)];
  }
  return found;
}

/** The parts of an item at these paths. */
export function projected(paths: readonly Path[], item: Item, meaning: Meaning): Item {
  if (paths.some((path) => path.length > 1)) {
    const resolved = paths.map((path) =>
      path.map((part) => (typeof part === 'number' ? part : nameOf(part, meaning))),
    );
    return db.mapPaths(resolved, item);
  }
  const part: Record<string, Value> = {};
  for (const [head] of paths) {
    const name = nameOf(head!, meaning);
    if (item[name] !== undefined) part[name] = item[name];
  }
  return part;
}

/** Whether a comparator or function holds, with a short way for texts and short numbers. */
export function holds(
  operator: string,
  value: Value | undefined,
  others: readonly (Value | undefined)[],
): boolean {
  if (operator === 'attribute_exists') return value !== undefined;
  if (operator === 'attribute_not_exists') return value === undefined;
  const other = others[0];
  const ordered = ORDERED[operator];
  if (ordered && value?.S !== undefined && other?.S !== undefined) return ordered(value.S, other.S);
  if (ordered && isShort(value?.N) && isShort(other?.N)) return ordered(Number(value!.N), Number(other!.N));
  if (operator === 'begins_with' && value?.S !== undefined && other?.S !== undefined)
    return value.S.startsWith(other.S);
  // dynalite would stumble over a path to nothing.
  if ((operator === 'in' || operator === 'between') && others.includes(undefined)) return false;
  return Boolean(db.compare(operator, value, others));
}

const isShort = (number: string | undefined): boolean => number !== undefined && number.length < 16;

type Ordered = string | number;

/** As dynalite compares texts, and numbers that JavaScript's hold exactly. */
const ORDERED: Readonly<Record<string, (a: Ordered, b: Ordered) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
