import type { Scalar } from './form.ts';

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** A number as a text of it says, or undefined where it is none that a filter takes: beyond 2^53 - 1 it would be another. */
export function readNumber(text: string): number | undefined {
  if (!NUMBER.test(text.trim())) return undefined;
  const number = Number(text);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

/**
 * A value as it is typed: `10` is a number, `"10"` a text, `ERROR` a text as well. A number that is too large to be exact
 * stays a text.
 * @returns undefined where nothing was typed
 */
export function readValue(typed: string): Scalar | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  return readNumber(text) ?? unquoted(text) ?? text;
}

/** How a value is typed, so that it is read as the same value. */
export function valueText(value: Scalar): string {
  if (typeof value !== 'string') return String(value);
  return readValue(value) === value ? value : JSON.stringify(value);
}

function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
