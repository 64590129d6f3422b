import * as z from 'zod';
import { conditionProblem, MAX_ALTERNATIVES } from '../matching/filters/condition-check.ts';
import { type ShortForm, shortFormProblem } from '../matching/filters/short-form.ts';
import { ENGINES } from '../matching/index/all-engines.ts';
import type { Condition } from '../matching/language/condition.ts';
import type { Engines } from '../matching/language/engines.ts';
import type { Problem } from '../matching/language/problem.ts';
import { COMPARISON_NAMES } from '../matching/operators/numeric.ts';
import { MAX_TEXT, MAX_VALUES } from '../matching/operators/operators.ts';

import { CIDR, WILDCARD } from './patterns.ts';

/**
 * Conditions are checked by the domain, which knows the words for what is wrong and counts as it goes. The schemas
 * behind it describe them in the documentation, and let all through that the check has let through.
 */
const checkedBy = <S extends z.ZodType>(
  problemOf: (value: unknown, engines: Engines) => Problem | undefined,
  documented: S,
) =>
  z.preprocess((value, context) => {
    const problem = problemOf(value, ENGINES);
    if (problem) {
      const path = problem.path === '' ? [] : [problem.path];
      context.addIssue({ code: 'custom', message: problem.message, path });
    }
    return value;
  }, documented);

const text = { type: 'string', maxLength: MAX_TEXT } as const;
const someText = { ...text, minLength: 1 } as const;
/** What doubles hold exactly: larger ones are rounded to their neighbours. */
const bounds = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER } as const;
const number = { type: 'number', ...bounds } as const;
const scalar = { type: ['string', 'number', 'boolean', 'null'], maxLength: MAX_TEXT, ...bounds } as const;

const orList = (schema: object) => ({
  anyOf: [schema, { type: 'array', minItems: 1, maxItems: MAX_VALUES, items: schema }],
});

const regex = {
  ...someText,
  maxLength: 256,
  description: 'In the syntax of RE2, found anywhere in the text.',
  examples: ['^payment-', '(?i)timeout'],
};
const wildcard = {
  ...text,
  pattern: WILDCARD,
  description: '`*` stands for any text; `\\*` and `\\\\` for themselves.',
  examples: ['*.example.com'],
};
const operation = (operator: string, operand: object) => ({
  type: 'object',
  properties: { [operator]: operand },
  required: [operator],
  additionalProperties: false,
});

const ignoringCase = operation('equals-ignore-case', text);

const OPERATIONS = [
  operation('prefix', { anyOf: [text, ignoringCase], examples: ['payment-'] }),
  operation('suffix', { anyOf: [text, ignoringCase], examples: ['.png'] }),
  ignoringCase,
  operation('wildcard', wildcard),
  operation('regex', regex),
  operation('anything-but', {
    anyOf: [
      ...orList(scalar).anyOf,
      ...Object.entries({
        prefix: someText,
        suffix: someText,
        'equals-ignore-case': text,
        wildcard,
        regex,
      }).map(([operator, operand]) => operation(operator, orList(operand))),
    ],
    description: 'A value that is there and is not so.',
    examples: ['DEBUG', ['DEBUG', 'TRACE'], { prefix: 'test-' }],
  }),
  operation('numeric', {
    type: 'array',
    items: { type: ['string', 'number'] },
    oneOf: [
      { prefixItems: [{ enum: COMPARISON_NAMES }, number], minItems: 2, maxItems: 2 },
      {
        prefixItems: [{ enum: ['>', '>='] }, number, { enum: ['<', '<='] }, number],
        minItems: 4,
        maxItems: 4,
      },
    ],
    description: 'A comparison and a number, or a lower and an upper bound.',
    examples: [
      ['>', 1000],
      ['>=', 0, '<', 10],
    ],
  }),
  operation('exists', { type: 'boolean', description: 'Whether there is a value at all.' }),
  operation('cidr', {
    ...text,
    pattern: CIDR,
    description: 'An IPv4 or IPv6 address of this range.',
    examples: ['10.0.0.0/8', '2001:db8::/32'],
  }),
];

const operator = z.any().meta({
  id: 'Operator',
  anyOf: OPERATIONS,
  examples: [{ prefix: 'payment-' }, { regex: '^payment-' }, { numeric: ['>', 1000] }, { exists: false }],
});

const matcher = z.union([z.any().meta(scalar), operator]).meta({
  id: 'Matcher',
  description: 'A value that must be equal, or an object of one operator.',
  examples: ['ERROR', 42, null, { prefix: 'payment-' }, { numeric: ['>', 1000] }],
});

/** Of the event's own fields, which are text. */
const textMatchers = z
  .array(z.union([z.any().meta({ type: 'string', maxLength: MAX_TEXT }), operator]))
  .min(1)
  .max(MAX_VALUES);

const matchers = z.array(matcher).min(1).max(MAX_VALUES);

const FURTHER_IN = { $ref: '#/components/schemas/PayloadCondition' };

const alternatives = (schema: object) => ({
  type: 'array',
  minItems: 1,
  maxItems: MAX_ALTERNATIVES,
  items: { ...schema, type: 'object', minProperties: 1 },
});

const fields = z.any().meta({
  type: 'object',
  properties: { $or: alternatives(FURTHER_IN) },
  minProperties: 1,
  propertyNames: { minLength: 1, maxLength: MAX_TEXT },
  additionalProperties: FURTHER_IN,
});

const payloadCondition = z.union([matchers, fields]).meta({
  id: 'PayloadCondition',
  description:
    'A list of values or operators, of which one must hold, or an object of fields, all of which must. `$or` in place of a field has a list of such objects, of which one must hold. Of an array in the payload one element must hold.',
  examples: [
    { level: ['ERROR', { prefix: 'FATAL' }] },
    { user: { plan: ['pro'] }, amount: [{ numeric: ['>', 1000] }] },
    { $or: [{ level: ['ERROR'] }, { status: [{ numeric: ['>=', 500] }] }] },
  ],
});

const condition = z
  .strictObject({
    type: textMatchers.optional(),
    source: textMatchers.optional(),
    region: textMatchers.optional(),
    priority: textMatchers.optional(),
    data: payloadCondition.optional(),
    $or: z
      .any()
      .meta(alternatives({ $ref: '#/components/schemas/Condition' }))
      .optional(),
  })
  .meta({
    id: 'Condition',
    description:
      'What must hold of an event, as EventBridge patterns say it, and with `regex` besides: of its `type`, `source`, `region` and `priority`, and of its payload under `data`. All fields must hold.',
    examples: [
      { source: ['payment-service'], data: { level: ['ERROR', 'FATAL'] } },
      { source: [{ regex: '^payment-' }], data: { amount: [{ numeric: ['>', 1000] }] } },
      { $or: [{ priority: ['critical'] }, { data: { level: ['ERROR'] } }] },
    ],
  });

/** What must hold besides the event type. */
export const where = checkedBy(conditionProblem, condition) as unknown as z.ZodType<Condition>;

const shortForm = z.record(z.string().min(1), z.union([matcher, matchers])).meta({
  description:
    'The short form of `where`, of single values or lists: `source`, `type`, `region` and `priority` are the event’s, any other name a field of its payload. In a merge patch it replaces all conditions.',
  examples: [
    { source: 'payment-service', level: ['ERROR', 'FATAL'] },
    { source: { regex: '^payment-' }, amount: { numeric: ['>', 1000] } },
  ],
});

export const filters = checkedBy(shortFormProblem, shortForm) as unknown as z.ZodType<ShortForm>;

/** The short form of a condition stands for the long one, so not beside it. */
export const withOneCondition = <S extends z.ZodObject>(schema: S): S =>
  schema
    .superRefine((value, context) => {
      if (value.where === undefined || value.filters === undefined) return;
      context.addIssue({ code: 'custom', message: 'expected either where or filters', path: ['filters'] });
    })
    .meta({ not: { required: ['where', 'filters'], properties: { where: true, filters: true } } }) as S;
