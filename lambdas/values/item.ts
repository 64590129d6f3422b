import * as z from 'zod/mini';
import { loose } from './loose.ts';

/**
 * Items in tables. They outlive messages and releases, so each is checked where it is read, by the schema of its
 * kind. Unknown fields are kept: the code that wrote them may be newer than the code that writes the item back.
 *
 * An item may carry a version, `v`; without it, it is of version 1. The rule is that of messages: an optional field
 * may be added without a new version, since old code passes it on; a change that old code would read wrongly raises
 * the version, and old code refuses such an item instead of guessing whether the fields it knows still mean the same.
 */
export interface ItemKind<T> {
  /** What a person calls it, such as `target`. */
  readonly what: string;
  /** The newest version that this code can read. */
  readonly version: number;
  readonly schema: z.core.$ZodType<T>;
}

/** What an item of a kind holds beside its key. */
export type ItemOf<K> = K extends ItemKind<infer T> ? Immutable<T> : never;

type Immutable<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? readonly Immutable<E>[]
    : T extends object
      ? { readonly [P in keyof T]: Immutable<T[P]> }
      : T;

export const itemKind = <S extends z.core.$ZodShape>(
  what: string,
  fields: S,
): ItemKind<z.output<z.ZodMiniObject<S, z.core.$strip>>> & { readonly fields: S } => ({
  what,
  version: 1,
  schema: loose(fields),
  fields,
});

/** Of an item of which the key says all. */
export const NOTHING = itemKind('item', {});

/** An object of texts. Checked as one value, so that no problem names a key, which can be personal data. */
export const texts = z.custom<Record<string, string>>(
  (value) => isPlain(value) && Object.values(value).every((text) => typeof text === 'string'),
  'an object of strings',
);

/** An object that is checked no deeper here. Its reader does that. */
export const anyObject = <T extends object>() => z.custom<T>(isPlain, 'an object');

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'binary');

export type ReadItem<T> =
  | { readonly ok: true; readonly value: T }
  /** `isNewer`: of a version that a later release knows. */
  | { readonly ok: false; readonly problem: string; readonly isNewer: boolean };

/** Reads an item of a kind. Never throws, and says nothing of the item's values. */
export function readItem<T>({ version, schema }: ItemKind<T>, item: unknown): ReadItem<T> {
  const v = (item as { v?: unknown } | undefined)?.v ?? 1;
  const takesAny = version === Number.POSITIVE_INFINITY;
  if (!takesAny && typeof v !== 'number') return { ok: false, problem: 'v: expected number', isNewer: false };
  if (!takesAny && (v as number) > version) {
    return { ok: false, problem: `expected version ${version} at most, got ${v}`, isNewer: true };
  }
  const parsed = z.safeParse(schema, item);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problem: parsed.error.issues.map(problemOf).join('; '), isNewer: false };
}

function problemOf(issue: z.core.$ZodIssue): string {
  const at = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  return `${at}expected ${expectedBy(issue)}`;
}

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.join(' or ');
    case 'custom':
      return issue.message;
    default:
      return 'another value';
  }
}
