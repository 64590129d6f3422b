import { createHash } from 'node:crypto';
import type { Field } from './facts.ts';

/** How a character is written where its service would read more than a character into it. */
type Escape = (character: string) => string;

const AS_IT_IS: Escape = (character) => character;

/** What a text becomes in a service: how it is escaped, and how its length is counted. */
export interface Writing {
  readonly escape: Escape;
  /** A text that is a URL and nothing else becomes a link only as it is. */
  readonly keepsUrls?: true;
  readonly length: (text: string) => number;
}

export const PLAIN: Writing = { escape: AS_IT_IS, length: (text) => text.length };

const MORE = '…';

/** Without any character that Markdown would read, but for those that URLs have. */
const URL_ALONE = /^https?:\/\/[A-Za-z0-9._~:/?#@!$&',;=%+-]+$/;

/** An escaped text of at most so much. What is left out is marked. An escape is never cut. */
export function written(text: string, max: number, { escape: escaped, length, keepsUrls }: Writing): string {
  if (keepsUrls && URL_ALONE.test(text) && length(text) <= max) return text;
  const kept: string[] = [];
  let reached = 0;
  let fits = 0;
  const room = max - length(MORE);
  for (const character of text) {
    const piece = escaped(character.isWellFormed() ? character : '\ufffd');
    reached += length(piece);
    if (reached > max) return kept.slice(0, fits).join('') + MORE;
    kept.push(piece);
    if (reached <= room) fits = kept.length;
  }
  return kept.join('');
}

/** A text of one line: without control characters, and without those that turn the direction of what follows. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();

/** How much of fields a service takes. */
export interface FieldLimits {
  readonly count: number;
  readonly name: number;
  readonly value: number;
  /** Of all names and values together. */
  readonly total: number;
}

const SMALLER = [1, 0.5, 0.2, 0.08, 0.03];

/** Fields that a service takes. Values are cut to the same length, and what is beyond the number is counted. */
export function writtenFields(fields: readonly Field[], limits: FieldLimits, writing: Writing): Field[] {
  const shown = fields.length > limits.count ? fields.slice(0, limits.count - 1) : fields;
  const left = fields.length - shown.length;
  const rest = left > 0 ? [{ name: MORE, value: `${left} more` }] : [];
  const total = (all: readonly Field[]): number =>
    all.reduce((sum, { name, value }) => sum + writing.length(name) + writing.length(value), 0);
  for (const share of SMALLER) {
    const max = Math.floor(limits.value * share);
    const made = [...shown, ...rest].map(({ name, value }) => ({
      name: written(oneLine(name), limits.name, writing) || NOTHING,
      value: written(value, max, writing).trim() || NOTHING,
    }));
    if (total(made) <= limits.total) return made;
  }
  throw new Error(`expected limits in which ${limits.count} fields have room`);
}

/** For services that take no empty text. */
const NOTHING = '–';

/** A key of at most so many characters. Two longer ones that differ stay two. */
export const keyWithin = (key: string, max: number): string =>
  key.length <= max
    ? key
    : `${key.slice(0, max - HASH_LENGTH - 1).toWellFormed()}-${createHash('sha256').update(key).digest('hex')}`;

const HASH_LENGTH = 64;
