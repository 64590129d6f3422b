import * as z from 'zod';
import { ulidOf } from '../../../lambdas/values/ids.ts';

/** A source's name, unique within its kind: a part of construct ids and of log lines. */
export const sourceName = z
  .string()
  .regex(
    /^(?=.{1,30}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/,
    'expected at most 30 characters: words of lower case letters and digits with - between, such as orders',
  );

/** `SqsShopOrders`: what a source is called among the constructs. Different names have different ids. */
export const sourceId = (kind: string, name: string): string =>
  [kind, ...name.split('-')].map((word) => `${word[0]!.toUpperCase()}${word.slice(1)}`).join('');

export const tenantIdSchema = z
  .string()
  .refine(
    (id) => ulidOf('ten', id) !== undefined,
    'expected the id of a tenant, such as ten_00000000000000000000000000',
  );

/** All of a function's variables have 4 KB: these are at most 1.4 of them. */
const MAX_TENANTS = 40;

/** The tenants that a record may name. */
export const tenantsSchema = z.union(
  [z.literal('any'), z.array(tenantIdSchema).min(1).max(MAX_TENANTS)],
  `expected 1 to ${MAX_TENANTS} ids of tenants, such as ten_00000000000000000000000000, or "any"`,
);

/** Whose events a source's records are. @param where the members that say where a record names its tenant */
export const tenantSchema = <Shape extends z.ZodRawShape>(where: Shape, example: string) =>
  z.union(
    [tenantIdSchema, z.strictObject({ ...where, of: tenantsSchema })],
    `expected the id of a tenant, such as ten_00000000000000000000000000, or where a record names it and which it may name: ${example}`,
  );

export const isEachOnce = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** What one AWS region's quotas and a stack's 500 resources leave room for, with every other kind at its most. */
const MAX_SOURCES = 10;

/** The sources of a kind. */
export const sourcesOf = <Schema extends z.ZodType<{ readonly name: string }>>(source: Schema) =>
  z
    .array(source)
    .min(1)
    .max(MAX_SOURCES)
    .refine((sources) => isEachOnce(sources.map(({ name }) => name)), 'expected each name once');

/** Batches of a source's records that are worked on at once. */
export const sourceConcurrency = z
  .int()
  .min(2, 'expected at least 2, the least that Lambda takes')
  .max(1000)
  .optional();

/**
 * The default of `concurrency`: two workers publish some hundred events a second each, and a flood takes no more of the account's
 * invocations from the API.
 */
export const DEFAULT_CONCURRENCY = 2;
