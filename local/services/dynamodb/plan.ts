/**
 * What a request says apart from its names, values and items: understood once for all requests of its shape, with the
 * checks and parsers of dynalite.
 */
import conditionTypes from 'dynalite/validations/deleteItem.js';
import getItem from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import putItem from 'dynalite/validations/putItem.js';
import query from 'dynalite/validations/query.js';
import scan from 'dynalite/validations/scan.js';
import updateItem from 'dynalite/validations/updateItem.js';
import { LRUCache } from 'lru-cache';
import { type Checked, compile, MARK, NotUnderstoodError, type Plan } from './compile.ts';
import { holds } from './evaluate.ts';
import { MAX_EXPRESSION, MAX_ITEM_BYTES } from './limits.ts';
import { type Item, sizeOf, typeOf, type Value } from './values.ts';

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

type Field = 'text' | 'expression' | 'flag' | 'count' | 'item' | 'names' | 'values';

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
  KeyConditionExpression: 'expression',
  ConditionExpression: 'expression',
  FilterExpression: 'expression',
  ProjectionExpression: 'expression',
  UpdateExpression: 'expression',
  ExpressionAttributeNames: 'names',
  ExpressionAttributeValues: 'values',
};

/** A request without the fields that are not understood. */
export const knownPart = (request: object): object =>
  Object.fromEntries(Object.entries(request).filter(([field]) => Object.hasOwn(FIELDS, field)));

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
  expression: (content, shape) =>
    typeof content === 'string' && content.length <= MAX_EXPRESSION && shape.push(content) > 0,
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

/** What dynalite's checks say that is wrong with a request; undefined where they find nothing. */
export function faultOf(operation: Operation, request: object): string | undefined {
  const { types, custom } = RULES[operation];
  try {
    const checked = validations.checkTypes(structuredClone(request), types);
    validations.checkValidations(checked, types, custom, { options: { maxItemSize: MAX_ITEM_BYTES } });
    return undefined;
  } catch (error) {
    return (error as { readonly body?: { readonly message?: string } }).body?.message;
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
