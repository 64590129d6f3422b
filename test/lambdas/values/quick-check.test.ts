import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { outcome } from '../../../lambdas/delivery/outcome-schema.ts';
import { event, eventInFlight } from '../../../lambdas/events/event.ts';
import { attempt } from '../../../lambdas/http-client/attempt-record.ts';
import { loose } from '../../../lambdas/values/loose.ts';
import { quickCheck } from '../../../lambdas/values/quick-check.ts';
import { WHOLE } from '../../helpers/whole-messages.ts';

/** The value with one thing in it replaced, wherever that is. */
const damaged = (whole: unknown): fc.Arbitrary<unknown> => {
  const into = (value: unknown): fc.Arbitrary<unknown> => {
    const other = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(
        undefined,
        1,
        true,
        '',
        [],
        {},
        Number.POSITIVE_INFINITY,
        'text',
        'stored',
        'delivered',
      ),
    );
    if (typeof value !== 'object' || value === null) return other;
    const names = [...Object.keys(value), 'unknown', '__proto__'];
    const inside = fc.constantFrom(...names).chain((name) =>
      into((value as Record<string, unknown>)[name]).map((inner) => {
        const copy = Array.isArray(value) ? [...value] : { ...value };
        Object.defineProperty(copy, name, {
          value: inner,
          enumerable: true,
          writable: true,
          configurable: true,
        });
        return copy;
      }),
    );
    return fc.oneof({ weight: 1, arbitrary: other }, { weight: 8, arbitrary: inside });
  };
  return into(whole);
};

/** As it travels. */
const sent = (value: unknown): unknown => {
  const text = JSON.stringify(value, (_, inner) => (inner === Number.POSITIVE_INFINITY ? 'INFINITY' : inner));
  return text === undefined ? undefined : JSON.parse(text.replaceAll('"INFINITY"', '1e999'));
};

const SCHEMAS: [string, z.core.$ZodType, unknown][] = [
  ['an event', event, WHOLE.delivery.event],
  ['an event on its way to fanout', eventInFlight, WHOLE.events.events[2]],
  ['an attempt', attempt, WHOLE.delivery.attempts[0]],
  ['an outcome', outcome, WHOLE.outcomes.outcomes[0]],
  ['a list', z.array(z.number()).check(z.minLength(2)), [1, 2]],
];

describe('quickCheck', () => {
  it.each(SCHEMAS)('accepts %s as it is written', (_, schema, whole) => {
    expect(quickCheck(schema)(whole)).toBe(true);
  });

  it.each(SCHEMAS)('accepts of %s just what parsing gives back as it is', (_, schema, whole) => {
    const check = quickCheck(schema);
    fc.assert(
      fc.property(damaged(whole), (one) => {
        const value = sent(one);
        const parsed = z.safeParse(schema, value);
        const isSame =
          parsed.success && JSON.stringify(sorted(parsed.data)) === JSON.stringify(sorted(value));
        expect(check(value)).toBe(isSame);
      }),
    );
  });

  it.each<[string, z.core.$ZodType]>([
    ['a type', z.date()],
    ['a rule of a text', z.string().check(z.minLength(1))],
    ['a rule of a list', z.array(z.string()).check(z.maxLength(1))],
    ['an object that is strict', z.strictObject({})],
    ['an object that drops fields', z.object({})],
    ['a union without a discriminator', z.union([z.string(), z.number()])],
    ['keys with a form', z.record(z.enum(['a']), z.string())],
    ['something within', loose({ list: z.array(loose({ at: z.nullable(z.string()) })) })],
  ])('is not made of %s that it does not know', (_, schema) => {
    expect(() => quickCheck(schema)).toThrow(TypeError);
  });
});

/** With the names of objects in order, since parsing puts those that it knows first. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]);
}
