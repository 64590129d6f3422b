import * as z from 'zod';
import { LIMIT } from './schemas.ts';

/** The shape of all lists: filters, an order, and pages in a format. */

const ORDERS = ['newest', 'oldest'] as const;
export type Order = (typeof ORDERS)[number];

export const FORMATS = ['json', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** What an export's content type is. */
export const EXPORT_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
} as const satisfies Record<Exclude<Format, 'json'>, string>;

/** Rows of a page. An export has larger ones, since a program reads them. */
const MAX_ROWS = { json: LIMIT.max, ndjson: 1000, csv: 1000 } as const satisfies Record<Format, number>;

const inExport = `${MAX_ROWS.csv} in an export`;
const limitExpected = `expected a whole number from 1 to ${MAX_ROWS.json}, or to ${inExport}`;

const limitUpTo = (max: number, expected: string, description: string) =>
  z
    .string()
    .regex(/^[0-9]{1,4}$/, expected)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= max, expected)
    .optional()
    .meta({
      // A reader of the documentation writes a number; only in a URL it is text.
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: max });
      },
      description: `How many at most: ${LIMIT.default} when left out, up to ${description}.`,
    });

const cursor = z.string().max(256).optional().meta({ description: 'The `next` of the page before.' });

/** The query of what has pages and is no list, so that it has no exports. */
export const pageQuery = {
  limit: limitUpTo(MAX_ROWS.json, `expected a whole number from 1 to ${MAX_ROWS.json}`, `${MAX_ROWS.json}`),
  cursor,
};

const page = {
  limit: limitUpTo(MAX_ROWS.csv, limitExpected, `${MAX_ROWS.json}, or ${inExport}`),
  cursor,
  format: z.enum(FORMATS).optional().meta({
    description:
      '`ndjson` has a line of JSON for each row. `csv` has a line with the names of the columns first, and a column for each member. Both say in a `Link` header with `rel="next"` where the next page is.',
  }),
};

const orderBy = (first: Order) =>
  z.enum(ORDERS).default(first).meta({ description: 'Which end the list begins at.' });

/**
 * The query of a list in the order of time.
 * @param first the end that it begins at when nothing is said
 * @param filters of this list
 */
export const listQuery = <F extends z.core.$ZodLooseShape = Record<never, never>>(
  first: Order,
  filters: F = {} as F,
) => bounded(z.strictObject({ ...page, order: orderBy(first), ...filters }));

/** The query of a list by name. */
export const namedListQuery = bounded(z.strictObject(page));

/** A page of JSON has fewer rows than one of an export. */
function bounded<S extends z.ZodObject>(schema: S): S {
  return schema.superRefine((query, context) => {
    const { limit, format = 'json' } = query as { limit?: unknown; format?: Format };
    if (typeof limit !== 'number' || limit <= (MAX_ROWS[format] ?? 0)) return;
    context.addIssue({ code: 'custom', message: limitExpected, path: ['limit'] });
  }) as S;
}

/** What a list answers. @param schema of a page: see `pageOf` */
export const listAnswer = <S extends z.ZodType>(description: string, schema: S, example?: unknown) =>
  ({
    200: {
      description,
      schema,
      alsoAs: Object.values(EXPORT_TYPES),
      ...(example !== undefined && { example: { items: [example], next: null } }),
    },
  }) as const;

/** For lists whose rows can say how things do, at a price that not every reader wants to pay. */
export const includeHealth = z
  .enum(['health'])
  .optional()
  .meta({ description: '`health`: each row also says how it does.' });
