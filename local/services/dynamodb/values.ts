/**
 * Attribute values as DynamoDB's API has them, as far as they are plain: of one type, well-formed, with numbers as
 * dynalite would store them. What is not plain is left to dynalite, which corrects or refuses it.
 */

import db from 'dynalite/db/index.js';

/** The size by which dynalite bills. */
export const unitsOf = db.itemSize;

export interface Value {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly Value[];
  readonly M?: Item;
}

export type Item = Readonly<Record<string, Value>>;
export type Type = keyof Value;

/** Instead of a size: the value is not plain. */
const NOT_PLAIN = -1;

export const typeOf = (value: Value): Type => {
  for (const type in value) return type as Type;
  throw new Error('expected a value with a type');
};

/** Levels of lists and maps. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_DEPTH = 32;

/** The size as dynalite counts it, or a negative number if the value is not plain. @param depth of what holds it */
export function sizeOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return NOT_PLAIN;
  let type: string | undefined;
  for (const key in value) {
    if (type !== undefined) return NOT_PLAIN;
    type = key;
  }
  const content = type === undefined ? undefined : (value as Record<string, unknown>)[type];
  return SIZES[type as Type]?.(content, depth) ?? NOT_PLAIN;
}

/** By type; undefined if the content is not plain. */
const SIZES: Record<Type, (content: unknown, depth: number) => number | undefined> = {
  S: (text) => (typeof text === 'string' ? text.length : undefined),
  N: (text) => (typeof text === 'string' ? numberSize(text) : undefined),
  B: (text) => (typeof text === 'string' && isBase64(text) ? Buffer.byteLength(text, 'base64') : undefined),
  BOOL: (content) => (typeof content === 'boolean' ? 1 : undefined),
  NULL: (content) => (content === true ? 1 : undefined),
  SS: (all) => setSize(all, (text) => text.length),
  NS: (all) => setSize(all, numberSize),
  BS: () => undefined,
  L(all, depth) {
    if (!Array.isArray(all) || depth >= MAX_DEPTH) return undefined;
    let sum = 3;
    for (const each of all) {
      const size = sizeOf(each, depth + 1);
      if (size < 0) return undefined;
      sum += 1 + size;
    }
    return sum;
  },
  M(all, depth) {
    const isMap = typeof all === 'object' && all !== null && !Array.isArray(all);
    const size = isMap && depth < MAX_DEPTH ? itemSize(all, depth + 1) : NOT_PLAIN;
    return size < 0 ? undefined : 3 + Object.keys(all as object).length + size;
  },
};

/** The size of names and values together, or a negative number if one is not plain. @param depth of the item */
export function itemSize(item: object, depth = 0): number {
  let sum = 0;
  for (const name in item) {
    const size = name === '__proto__' ? NOT_PLAIN : sizeOf((item as Record<string, unknown>)[name], depth);
    if (size < 0) return NOT_PLAIN;
    sum += name.length + size;
  }
  return sum;
}

/** Whether one of these values, well-formed or not, has too many levels. */
export const isNestedTooDeep = (values: object, depth = 0): boolean =>
  Object.values(values).some((value: unknown) => {
    const { L, M } = (value ?? {}) as { readonly L?: unknown; readonly M?: unknown };
    const inner = L ?? M;
    if (typeof inner !== 'object' || inner === null) return false;
    return depth >= MAX_DEPTH || isNestedTooDeep(inner, depth + 1);
  });

function setSize(all: unknown, sizeOfOne: (text: string) => number | undefined): number | undefined {
  if (!Array.isArray(all) || all.length === 0 || new Set(all).size < all.length) return undefined;
  let sum = 0;
  for (const each of all) {
    const size = typeof each === 'string' ? sizeOfOne(each) : undefined;
    if (size === undefined) return undefined;
    sum += size;
  }
  return sum;
}

const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && Buffer.from(text, 'base64').toString('base64') === text;

/** Without exponent and needless zeros, and with at most 38 digits. */
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,37})$/;
const PLAIN_DECIMAL = /^-?(?=.{3,39}$)(0|[1-9]\d*)\.(\d*[1-9])$/;

function numberSize(text: string): number | undefined {
  if (text === '0') return 1;
  if (PLAIN_INTEGER.test(text)) {
    const isNegative = text.startsWith('-');
    const length = text.length - Number(isNegative);
    let end = text.length;
    while (text.charCodeAt(end - 1) === ZERO) end--;
    return sizeOfDigits(end - Number(isNegative), length - 1, isNegative);
  }
  const [, whole = '', fraction = ''] = PLAIN_DECIMAL.exec(text) ?? [];
  if (whole === '') return undefined;
  const zeros = /^0*/.exec(fraction)![0].length;
  const [digits, exponent] =
    whole === '0'
      ? [fraction.length - zeros, -zeros - 1]
      : [whole.length + fraction.length, whole.length - 1];
  return sizeOfDigits(digits, exponent, text.startsWith('-'));
}

const ZERO = '0'.charCodeAt(0);

/** @param exponent of the first digit */
const sizeOfDigits = (digits: number, exponent: number, isNegative: boolean): number =>
  1 + Math.ceil(digits / 2) + (digits % 2 || exponent % 2 ? 0 : 1) + Number(isNegative);

export const isPlainNumber = (text: string): boolean => numberSize(text) !== undefined;

/** The exact sum of two plain numbers, as a plain number. */
export function sum(a: string, b: string): string {
  const quick = Number(a) + Number(b);
  if (Number.isSafeInteger(quick) && isSmallInteger(a) && isSmallInteger(b)) return String(quick);
  const places = Math.max(placesOf(a), placesOf(b));
  return unscaled(scaled(a, places) + scaled(b, places), places);
}

export const negated = (number: string): string =>
  number === '0' ? number : number.startsWith('-') ? number.slice(1) : `-${number}`;

const isSmallInteger = (text: string): boolean => text.length < 16 && !text.includes('.');
const placesOf = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);
const scaled = (text: string, places: number): bigint =>
  BigInt(text.replace('.', '') + '0'.repeat(places - placesOf(text)));

function unscaled(number: bigint, places: number): string {
  if (places === 0) return String(number);
  const digits = String(number < 0n ? -number : number).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${number < 0n ? '-' : ''}${digits.slice(0, -places)}${fraction && `.${fraction}`}`;
}
