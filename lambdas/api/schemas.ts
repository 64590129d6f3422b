import * as z from 'zod';
import { REGION } from '../events/event-meta.ts';
import {
  EVENT_PATTERN,
  EVENT_TYPE,
  eventPatternProblem,
  eventTypeProblem,
  keptPattern,
  MAX_TYPE_LENGTH,
} from '../events/event-type.ts';
import { type Prefix, ulidOf } from '../values/ids.ts';
import { isObject } from '../values/json.ts';
import { ONE_LINE } from './patterns.ts';

/** Pieces that the schemas of several routes are made of. */

/** A text of so many characters, counted as JSON Schema counts them: one beyond U+FFFF is one. */
const upTo = (max: number) =>
  z
    .string()
    .refine((value) => value.length <= max || [...value].length <= max, {
      error: `expected at most ${max} characters`,
      abort: true,
    })
    .meta({ maxLength: max });

/**
 * A text, checked by a function that says what is wrong with it.
 * @param pattern what of that a regular expression can say, for the documentation
 */
export const text = (problem: (value: string) => string | undefined, max: number, pattern?: string) =>
  upTo(max)
    .superRefine((value, context) => {
      const message = problem(value);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .meta({ maxLength: max, ...(pattern !== undefined && { pattern }) });

/** A number that is 0 or no smaller than a thousandth: what is finer means nothing, and the table keeps no 1e-200. */
export const fineNumber = (min: number, max: number) =>
  z
    .number()
    .min(min)
    .max(max)
    .refine((value) => value === 0 || Math.abs(value) >= FINE, `expected 0, or at least ${FINE}`)
    .meta({ ...(min < FINE && { anyOf: [{ const: 0 }, { minimum: FINE }] }) });

const FINE = 0.001;

/**
 * A text for people, of one line. Characters that turn the direction of what follows (bidirectional embeddings, overrides and
 * isolates) would make a name look like another one.
 */
export const line = (max: number) =>
  upTo(max)
    .min(1)
    .regex(
      /^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u,
      'expected no control characters, none that change the direction of text, and no lone surrogates',
    )
    .meta({ minLength: 1, maxLength: max, pattern: ONE_LINE });

export const name = line(128);
export const description = line(1024);

const METADATA_NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const MAX_METADATA = 50;

/**
 * A record with a bound on its size. Members are counted before any is looked at: each wrong name is a problem of its
 * own to the library, and half a million of them are 600 MB.
 * @param names what a name has to be, and how to say so
 * @param max members
 */
export const record = <V extends z.ZodType>(names: RegExp, expected: string, value: V, max: number) =>
  z.preprocess(
    (members, context) => {
      if (isObject(members) && Object.keys(members).length > max) {
        context.addIssue({ code: 'custom', message: `expected at most ${max} members` });
      }
      return members;
    },
    z.record(z.string().regex(names, expected), value, {
      error: ({ code }) => (code === 'invalid_key' ? expected : undefined),
    }),
  );

/** A text that may have several lines. A lone surrogate is no character, and no table or header keeps it. */
export const wellFormed = (max: number) =>
  upTo(max)
    .refine((value) => value.isWellFormed(), 'expected no lone surrogates')
    .meta({ maxLength: max });

export const metadata = record(
  METADATA_NAME,
  'expected names of 1 to 64 letters, digits, _ . or -',
  wellFormed(512),
  MAX_METADATA,
).meta({ description: 'Your own notes on it; Posthorn only keeps them.' });

export const eventType = text(eventTypeProblem, MAX_TYPE_LENGTH, EVENT_TYPE.source).meta({
  description:
    "Segments of letters, digits and `_-~:/@!$&'()+,;=`, joined by dots, most general first. Those that begin with `posthorn.` are Posthorn’s own, and can’t be published.",
  examples: ['payment.processor.failure'],
});

export const eventPattern = text(eventPatternProblem, MAX_TYPE_LENGTH, EVENT_PATTERN.source)
  .overwrite(keptPattern)
  .meta({
    description:
      'An event type; `*` stands for one segment, `**` for any number of them. `*` alone is everything, and kept as `**`. Neither stands for the first segment of Posthorn’s own types, `posthorn`.',
    examples: ['payment.**'],
  });

/** What a filter matches. Each pattern is held against each event of its tenant. */
export const eventPatterns = z.array(eventPattern).min(1).max(100);

export const region = z.string().regex(REGION, 'expected 1 to 32 lower-case letters, digits and hyphens');

/** A year that UTC writes with four digits: an offset moves the last evening of 9999 into one of five. */
const hasPlainYear = (value: string): boolean => {
  const at = Date.parse(value);
  return at >= 0 && at < Date.UTC(10_000, 0);
};

export const time = z.iso
  .datetime({
    offset: true,
    abort: true,
    error: 'expected a time in RFC 3339, such as 2026-01-31T12:00:00Z',
  })
  .refine(hasPlainYear, 'expected a time from 1970 to 9999, in UTC');

const idOf = (prefix: Prefix, owner: string) =>
  z.string().refine((id) => ulidOf(prefix, id) !== undefined, `expected a ${owner}'s id`);

export const targetId = idOf('tgt', 'target');
export const subscriptionId = idOf('sub', 'subscription');
export const tenantId = idOf('ten', 'tenant');

/** What an entity was made with, and goes with. */
export const madeWith = {
  subscriptionId: z.string().optional().meta({
    description: 'The subscription that it was made with, and is deleted with.',
  }),
  alertRuleId: z.string().optional().meta({
    description: 'The alert rule that it was made with. It is changed and deleted with it.',
  }),
  listener: z.string().optional().meta({
    description: 'The listener that it is of. It ends with it, and is in no list.',
  }),
};

export const times = { createdAt: time, updatedAt: time };

export const LIMIT = { default: 50, max: 200 } as const;

/** A page of a list. */
export const pageOf = <V extends z.ZodType>(view: V) =>
  z.object({
    items: z.array(view),
    next: z.string().nullable().meta({ description: 'The `cursor` of the next page; null on the last.' }),
  });

/** Half of all rules on an object are that exactly one of two members is given. */
export const oneOf = <S extends z.ZodObject>(schema: S, a: string, b: string): S =>
  schema.superRefine((value, context) => {
    if ((value[a] === undefined) !== (value[b] === undefined)) return;
    context.addIssue({ code: 'custom', message: `expected either ${a} or ${b}`, path: [a] });
  }) as S;

/** The same, for the documentation. */
export const oneRequired = (...pairs: readonly (readonly [string, string])[]) => ({
  allOf: pairs.map((pair) => ({
    oneOf: pair.map((member) => ({ properties: { [member]: true }, required: [member] })),
  })),
});

/**
 * What a merge patch of such an object may hold: each of its members, or null, which removes it. For the documentation
 * alone: the patched object is checked as a whole.
 */
export const patchOf = <S extends z.ZodObject>(schema: S) => {
  const members = Object.entries(schema.shape).map(([member, type]) => [
    member,
    (type as z.ZodType).nullish(),
  ]);
  const hasBoth = 'where' in schema.shape && 'filters' in schema.shape;
  return z.strictObject(Object.fromEntries(members)).meta(hasBoth ? { not: BOTH_CONDITIONS } : {});
};

const NOT_NULL = { not: { type: 'null' } };

/** A condition is written in one form; see withOneCondition. */
const BOTH_CONDITIONS = {
  required: ['where', 'filters'],
  properties: { where: NOT_NULL, filters: NOT_NULL },
};
