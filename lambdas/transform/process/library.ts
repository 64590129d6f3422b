import jsonata from 'jsonata';
import { refuseTooLarge, refuseTooLong, refuseTooMany } from './budget.ts';
import { isFunctionValue } from './function-values.ts';

/** The functions of JSONata, bounded: texts and arrays that they are given or make. */

interface LibraryFunction {
  implementation: (this: unknown, ...args: never[]) => unknown;
}

/** All that take or make texts or arrays. */
const NAMES = [
  ...['sum', 'count', 'max', 'min', 'average', 'string', 'substring', 'substringBefore', 'substringAfter'],
  ...['lowercase', 'uppercase', 'length', 'trim', 'pad', 'match', 'contains', 'replace', 'split', 'join'],
  ...['formatNumber', 'formatBase', 'formatInteger', 'parseInteger', 'number', 'map', 'zip', 'filter'],
  ...['single', 'reduce', 'sift', 'keys', 'lookup', 'append', 'spread', 'merge', 'reverse', 'each', 'sort'],
  ...['shuffle', 'distinct', 'base64encode', 'base64decode', 'encodeUrlComponent', 'encodeUrl'],
  ...['decodeUrlComponent', 'decodeUrl', 'toMillis', 'fromMillis', 'clone'],
];

/** What a function must not even begin. */
const before: Readonly<Record<string, (...args: never[]) => void>> = {
  pad: (_text: unknown, width: number, char: unknown) =>
    refuseTooLong(Math.abs(width) * (typeof char === 'string' ? Math.max(1, char.length) : 1)),
  join: (texts: readonly string[] | undefined, separator = '') =>
    refuseTooLong(
      (texts ?? []).reduce((sum, text) => sum + String(text).length + String(separator).length, 0),
    ),
  split: (text: string | undefined, separator: unknown) => {
    if (separator === '' && text !== undefined) refuseTooMany(text.length);
  },
};

/** Bounds the library, which all expressions of this process share. To be called once. */
export async function boundLibrary(): Promise<void> {
  for (const name of NAMES) {
    const definition = (await jsonata(`$${name}`).evaluate({})) as LibraryFunction;
    definition.implementation = bounded(name, definition.implementation);
  }
}

function bounded(name: string, original: LibraryFunction['implementation']) {
  const wrapped = function (this: unknown, ...args: never[]): unknown {
    args.forEach(refuseTooLarge);
    before[name]?.(...args);
    const result = original.apply(this, args);
    if (!(result instanceof Promise)) return checked(result);
    return result.then(checked);
  };
  // Partial application reads the names of parameters out of this.
  wrapped.toString = () => original.toString();
  return wrapped;
}

function checked<T>(result: T): T {
  refuseTooLarge(result);
  return result;
}

/** What `&` does: JSONata's own would make texts of any length. */
export function concat(left: unknown, right: unknown): string {
  const [a, b] = [textOf(left), textOf(right)];
  refuseTooLong(a.length + b.length);
  return a + b;
}

/** As `$string` does, which gives nothing for nothing. */
function textOf(value: unknown): string {
  if (value === undefined || isFunctionValue(value)) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && !Number.isFinite(value))
    throw Object.assign(new Error(NO_NUMBER), { code: 'D3001' });
  return JSON.stringify(isWrapped(value) ? value[0] : value, rounded);
}

/** As JSONata says it. */
const NO_NUMBER = 'Attempting to invoke string function on Infinity or NaN';

/** JSONata's mark on the whole input, where that is an array. */
const isWrapped = (value: unknown): value is unknown[] =>
  Array.isArray(value) && (value as { outerWrapper?: true }).outerWrapper === true;

/** 15 digits are what a decimal number keeps. */
function rounded(_: string, value: unknown): unknown {
  if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value))
    return Number(value.toPrecision(15));
  return isFunctionValue(value) ? '' : value;
}
