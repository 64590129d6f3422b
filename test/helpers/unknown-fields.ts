import fc from 'fast-check';
import { KNOWN_NAMES } from './whole-messages.ts';

/** Names that JavaScript's objects have built in, and other odd ones. */
const ODD = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'toJSON',
  'length',
  '',
  '0',
  '#x',
  'ü',
];

const name = fc
  .oneof(fc.constantFrom(...ODD), fc.string(), fc.string({ unit: 'binary' }))
  .filter((one) => one !== '__proto__' && !KNOWN_NAMES.has(one));

/** Any JSON value. */
const value = fc.json({ maxDepth: 2 }).map((text): unknown => JSON.parse(text));

/** The same value with unknown fields in any of its objects, also those in lists. */
export function withUnknown<T>(whole: T): fc.Arbitrary<T> {
  if (Array.isArray(whole)) return fc.tuple(...whole.map((one) => withUnknown(one))) as fc.Arbitrary<T>;
  if (typeof whole !== 'object' || whole === null) return fc.constant(whole);
  const known = fc.record(
    Object.fromEntries(Object.entries(whole).map(([key, inner]) => [key, ofField(key, inner)])),
  );
  const unknown = fc.dictionary(name, value, { maxKeys: 2, noNullPrototype: true });
  return fc.tuple(known, unknown).map(([fields, more]) => ({ ...more, ...fields }) as T);
}

/** Producers choose the names of a CloudEvent's attributes, so none of them is unknown. */
const ofField = (key: string, inner: unknown): fc.Arbitrary<unknown> =>
  key === 'ce' ? fc.constant(inner) : withUnknown(inner);
