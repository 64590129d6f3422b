import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Route } from '../../../lambdas/api/route.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import { description, metadata, name, record, time } from '../../../lambdas/api/schemas.ts';

const messagesOf = (schema: z.ZodType, value: unknown): string[] =>
  schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];

describe('a record (D8)', () => {
  const small = record(/^[a-z]+$/, 'expected small letters', z.string(), 2);

  it.each<[object, string[]]>([
    [{}, []],
    [{ a: 'x', b: 'y' }, []],
    [{ a: 'x', b: 'y', c: 'z' }, ['expected at most 2 members']],
    [{ A: 'x', B: 'y', C: 'z' }, ['expected at most 2 members']],
    [{ A: 'x' }, ['expected small letters']],
    [[], ['Invalid input: expected record, received array']],
  ])('%j: %j', (value, messages) => expect(messagesOf(small, value)).toEqual(messages));

  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`é${index}`, 0]));
  const routes = Object.entries(ROUTES);
  const bodies = ['metadata', 'headers', 'regions', 'filters', 'limits', 'where'];

  it.each(bodies)('of too many members as %s is refused at once', (member) => {
    for (const [, route] of routes) {
      if (!('body' in route) || Array.isArray(route.body) || !('schema' in route.body)) continue;
      const { schema } = route.body as { schema: z.ZodType };
      const began = performance.now();
      schema.safeParse({ url: 'https://example.com', events: ['a'], [member]: many });
      expect(performance.now() - began).toBeLessThan(5000);
    }
  });
});

describe('every form that a text must have (D8)', () => {
  const taken = Object.entries<Route>(ROUTES)
    .filter(([, route]) => route.function !== 'ingest')
    .flatMap(([name, { body, query }]) => [
      ...(query ? [[`${name}: query`, query] as const] : []),
      ...[body ?? []].flat().map(({ schema }) => [`${name}: body`, schema] as const),
    ]);

  it.each(taken)('%s is said in words, not as a regular expression', (_, schema) => {
    const without: unknown[] = [];
    z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema }) => {
        const { def } = zodSchema._zod as { def: FormDef };
        const forms = [def, ...(def.checks ?? []).map((check) => check._zod.def)];
        without.push(...forms.filter(({ check, error }) => check === 'string_format' && !error));
      },
    });
    expect(without).toEqual([]);
  });

  interface FormDef {
    readonly check?: string;
    readonly error?: unknown;
    readonly checks?: readonly { readonly _zod: { readonly def: FormDef } }[];
  }
});

describe('a time (D8)', () => {
  it.each([
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:30:00+01:00',
    '2026-11-21T12:00:00-12:00',
  ])('%s is one', (text) => expect(messagesOf(time, text)).toEqual([]));

  it.each([
    '9999-12-31T23:30:00-01:00',
    '1970-01-01T00:30:00+01:00',
    '1969-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
  ])('%s is out of what can be kept', (text) =>
    expect(messagesOf(time, text)).toEqual(['expected a time from 1970 to 9999, in UTC']),
  );

  it('of another form is told once what is expected', () => {
    expect(messagesOf(time, 'yesterday')).toEqual([
      'expected a time in RFC 3339, such as 2026-01-31T12:00:00Z',
    ]);
  });
});

it.each<[string, z.ZodType, unknown]>([
  ['a name', name, 'a\ud800'],
  ['a name', name, 'a\u0000'],
  ['a description', description, '\udfff'],
  ['metadata', metadata, { a: 'x\ud800y' }],
])('%s is made of whole characters (D8)', (_, schema, value) => {
  expect(messagesOf(schema, value)).toEqual([expect.stringContaining('no lone surrogates')]);
});

it('a length counts characters, as JSON Schema does, and not halves of them', () => {
  expect(messagesOf(name, '😀'.repeat(128))).toEqual([]);
  expect(messagesOf(name, '😀'.repeat(129))).toEqual(['expected at most 128 characters']);
  expect(messagesOf(metadata, { a: '😀'.repeat(513) })).toEqual(['expected at most 512 characters']);
});

it('metadata may have lines and any script', () => {
  expect(messagesOf(metadata, { a: 'one\ntwo\t\u{1f600}' })).toEqual([]);
});
