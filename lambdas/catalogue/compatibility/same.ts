import { isObject, type JsonObject } from '../../values/json.ts';
import {
  assertions,
  type Budget,
  canonical,
  hasInnerId,
  keywordsOf,
  referred,
  type Schema,
  spend,
  within,
} from './schema.ts';

const ONE = new Set([
  ...['additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'items'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
]);
const SEVERAL = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const NAMED = new Set(['properties', 'patternProperties', 'dependentSchemas']);

/**
 * Whether two schemas say the same in the same words, whatever they are described as. Pure.
 * @param around pairs that are being compared: a schema that refers to itself is the same if all else is
 * @throws TooMuchWork
 */
export function isSame(a: Schema, b: Schema, budget: Budget, around: readonly string[] = []): boolean {
  spend(budget);
  if (!isObject(a.of) || !isObject(b.of)) return a.of === b.of;
  const [left, right] = [assertions(a), assertions(b)];
  if (left.length !== right.length) return false;
  return left.every((keyword) => {
    if (!Object.hasOwn(keywordsOf(b), keyword)) return false;
    const [was, is] = [keywordsOf(a)[keyword], keywordsOf(b)[keyword]];
    const each = (x: unknown, y: unknown): boolean => isSame(within(a, x), within(b, y), budget, around);
    if (keyword === '$ref') return was === is && refersToSame(a, b, budget, around);
    if (keyword === '$dynamicRef') return was === is && canonical(a.root) === canonical(b.root);
    if (ONE.has(keyword)) return each(was, is);
    if (SEVERAL.has(keyword)) return areSame(was, is, each);
    if (NAMED.has(keyword)) return haveSame(was, is, each);
    return canonical(was) === canonical(is);
  });
}

type Each = (x: unknown, y: unknown) => boolean;

const areSame = (a: unknown, b: unknown, each: Each): boolean =>
  Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, at) => each(one, b[at]));

function haveSame(a: unknown, b: unknown, each: Each): boolean {
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && each(a[name], (b as JsonObject)[name]))
  );
}

/** What refers to definitions that refer to nothing else is the same where all definitions are. */
function haveSameDefinitions(a: unknown, b: unknown, ref: string): boolean {
  if (!ref.startsWith('#/$defs/') || hasInnerId(a) || hasInnerId(b)) return false;
  const text = definitionsText(a);
  return text !== undefined && text === definitionsText(b);
}

const texts = new WeakMap<object, string>();

function definitionsText(root: unknown): string | undefined {
  if (!isObject(root)) return undefined;
  const text = texts.get(root) ?? canonical(root.$defs);
  texts.set(root, text);
  return /"\$(dynamicR|r)ef":"(?!#\/\$defs\/)/.test(text) ? undefined : text;
}

/** Both say the same `$ref`. */
function refersToSame(a: Schema, b: Schema, budget: Budget, around: readonly string[]): boolean {
  const ref = keywordsOf(a).$ref as string;
  if (around.includes(ref) || haveSameDefinitions(a.root, b.root, ref)) return true;
  const [left, right] = [referred(a), referred(b)];
  if (!left || !right) return canonical(a.root) === canonical(b.root);
  return isSame(left, right, budget, [...around, ref]);
}
