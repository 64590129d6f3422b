import conditionParser from 'dynalite/db/conditionParser.js';
import projectionParser from 'dynalite/db/projectionParser.js';
import updateParser from 'dynalite/db/updateParser.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAccess } from '../../../local/core/access.ts';
import { createDatabase } from '../../../local/services/dynamodb.ts';
import { guard, MAX_READS, type Parse } from '../../../local/services/expressions.ts';
import { createFaults } from '../../../local/services/faults.ts';
import { runs } from '../../helpers/runs.ts';

const PARSERS = { condition: conditionParser, update: updateParser, projection: projectionParser };
/** The parsers before a database of this process guards them. */
const parsers = Object.fromEntries(Object.entries(PARSERS).map(([kind, { parse }]) => [kind, parse]));

type Values = Record<string, object>;

/** The result, and what it has not used. */
function run(parse: Parse, text: string, names: Record<string, string>, values: Values) {
  const context = {
    attrNames: names,
    attrVals: values,
    unusedAttrNames: { ...names },
    unusedAttrVals: { ...values },
    isReserved: (name: string) => name.toUpperCase() === 'STATUS',
    compare: (_: string, { N: low }: { N?: string }, { N: high }: { N?: string }) =>
      Number(low) > Number(high),
  };
  try {
    const result = parse(text, { context });
    const { unusedAttrNames, unusedAttrVals } = context;
    return { result, isRight: typeof result !== 'string', unusedAttrNames, unusedAttrVals };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** dynalite turns `:v < a` into `a > :v` where it finds it. */
function spoil(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const child of Object.values(node)) spoil(child);
  for (const name of Object.keys(node)) Reflect.set(node, name, 'spoilt');
}

const mostly = (arbitrary: fc.Arbitrary<string>, ...wrong: string[]) =>
  fc.oneof({ weight: 15, arbitrary }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
const path = mostly(fc.constantFrom('a', 'b.c', 'd[1]', 'e[2].f', '#n', '#m.e'), 'status', '#unknown');
const value = mostly(fc.constantFrom(':v', ':v', ':w', ':x'), ':unknown');
const operand = fc.oneof({ weight: 2, arbitrary: path }, { weight: 3, arbitrary: value });
const condition = fc.letrec<{ expression: string; simple: string }>((tie) => ({
  simple: fc.oneof(
    fc
      .tuple(operand, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), operand)
      .map(([a, comparator, b]) => `${a} ${comparator} ${b}`),
    fc.tuple(operand, operand, operand).map(([a, b, c]) => `${a} BETWEEN ${b} AND ${c}`),
    fc.tuple(operand, operand, operand).map(([a, b, c]) => `${a} in (${b}, ${c})`),
    fc
      .tuple(fc.constantFrom('begins_with', 'contains', 'attribute_type', 'other'), path, operand)
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
    path.map((a) => `attribute_exists(${a})`),
    fc.tuple(path, operand).map(([a, b]) => `size(${a}) > ${b}`),
  ),
  expression: fc.oneof(
    { maxDepth: 1 },
    tie('simple'),
    fc
      .tuple(tie('simple'), fc.constantFrom('AND', 'or'), tie('expression'))
      .map(([a, word, b]) => `${a} ${word} ${b}`),
    tie('simple').map((a) => `NOT (${a})`),
  ),
})).expression;
const set = fc.oneof(
  fc.tuple(path, operand).map(([a, b]) => `${a} = ${b}`),
  fc.tuple(path, path, operand).map(([a, b, c]) => `${a} = if_not_exists(${b}, ${c})`),
  fc.tuple(path, operand, operand).map(([a, b, c]) => `${a} = ${b} + ${c}`),
);
const update = fc.oneof(
  fc.array(set, { minLength: 1, maxLength: 3 }).map((all) => `SET ${all}`),
  fc.tuple(set, path, value).map(([a, b, c]) => `SET ${a} ADD ${b} ${c}`),
  fc.tuple(path, path, value).map(([a, b, c]) => `REMOVE ${a} DELETE ${b} ${c}`),
);
const projection = fc.array(path, { minLength: 1, maxLength: 4 }).map((all) => all.join(', '));

const attribute = fc.oneof(
  fc.nat(9).map((n) => ({ N: `${n}` })),
  fc.constantFrom({ S: 'N' }, { S: 'no type' }, { SS: ['a'] }, { L: [] }),
);
const values = fc.record({ ':v': attribute, ':w': attribute, ':x': attribute }, { requiredKeys: [':v'] });
const names = fc.constantFrom<Record<string, string>>(
  { '#n': 'n', '#m': 'm' },
  { '#n': 'm', '#m': 'm' },
  { '#n': 'n' },
);

describe('an expression that is parsed again', () => {
  it.each([
    ['condition', condition],
    ['update', update],
    ['projection', projection],
  ] as const)('is what it would be without memory: %s', (kind, text) => {
    const parse = parsers[kind]!;
    const guarded = guard(parse, Number.POSITIVE_INFINITY);
    const uses = fc.array(fc.tuple(names, values), { minLength: 2, maxLength: 6 });
    let [right, wrong] = [0, 0];
    fc.assert(
      fc.property(text, uses, (expression, uses) => {
        for (const [names, values] of uses) {
          const wanted = run(parse, expression, names, structuredClone(values));
          const known = run(guarded, expression, names, values);
          expect(known).toEqual(wanted);
          if (wanted.isRight) right += 1;
          else wrong += 1;
          spoil(known.result);
        }
      }),
      { numRuns: runs(200) },
    );
    expect(Math.min(right, wrong)).toBeGreaterThan(40);
  });

  it('is parsed once for its text, names and types of values', () => {
    let parsed = 0;
    const counting = guard((text, options) => {
      parsed += 1;
      return parsers.condition!(text, options);
    });
    const parse = (names: Record<string, string>, values: Values): void =>
      expect(run(counting, '#n = :v', names, values)).toMatchObject({ isRight: true, unusedAttrNames: {} });
    parse({ '#n': 'n' }, { ':v': { N: '1' } });
    parse({ '#n': 'n' }, { ':v': { N: '2' } });
    expect(parsed).toBe(1);
    parse({ '#n': 'm' }, { ':v': { N: '2' } });
    parse({ '#n': 'n' }, { ':v': { S: '2' } });
    expect(parsed).toBe(3);
  });
});

describe('an expression that takes long', () => {
  const database = createDatabase(
    createAccess(() => {}),
    createFaults(),
  );
  const put = (ConditionExpression: string) =>
    database.call('PutItem', {
      TableName: 'none',
      Item: { pk: { S: 'a' } },
      ConditionExpression,
      ExpressionAttributeValues: { ':v': { N: '1' } },
    });
  const nested = (depth: number): string =>
    depth === 0 ? 'a = :v' : `(b = :v AND ${nested(depth - 1)}) OR a <> :v`;

  it.each([
    ['flat', Array.from({ length: 20 }, () => 'a = :v').join(' OR '), 'ResourceNotFound'],
    ['with parentheses', nested(1), 'ResourceNotFound'],
    ['with nested parentheses', nested(3), `reads from an expression at most ${MAX_READS} times`],
    ['with so many that its parser would never end', nested(40), 'AND binds tighter than OR'],
  ])('is refused by the local cloud, from any caller: %s', async (_, text, answer) => {
    await expect(put(text)).rejects.toThrow(answer);
  });
});
