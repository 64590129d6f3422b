import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refused } from '../../../../client/errors.ts';
import { bodyOf, formOf, isReadable } from '../../../../console/pages/event-types/form.ts';
import { problemIn } from '../../../../console/pages/event-types/problem-in.ts';

describe('the form of an event type', () => {
  test('an event type that is edited and saved is the same', () => {
    const type = fc.record(
      {
        description: fc.constantFrom('x', 'two words'),
        version: fc.constantFrom('1', '2.0'),
        schema: fc.oneof(fc.boolean(), fc.constant({ type: 'object' })),
        sample: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(type, (each) => {
        const form = formOf({ name: 'a.b', ...each } as never);
        expect(isReadable(form)).toBe(true);
        expect(JSON.stringify(bodyOf(form))).toBe(JSON.stringify(each));
      }),
    );
  });

  test.each([
    [{ name: '' }, false],
    [{ name: 'a', schema: '{' }, false],
    [{ name: 'a', sample: '{,}' }, false],
    [{ name: 'a', sample: ' ' }, true],
  ])('%j can be saved: %s', (part, expected) =>
    expect(isReadable({ ...formOf(undefined), ...part })).toBe(expected),
  );
});

describe('what the API says of a value', () => {
  const problem = (field: string) =>
    refused({ status: 422, kind: 'validation_failed', field, message: 'wrong', problems: [], operation: '' });
  test.each([
    ['sample', { path: '', message: 'wrong' }],
    ['sample.customer.plan', { path: 'customer.plan', message: 'customer.plan: wrong' }],
    ['sample[0].a', { path: '[0].a', message: '[0].a: wrong' }],
    ['samples', undefined],
    ['schema', undefined],
  ])('%s', (field, expected) => expect(problemIn(problem(field), 'sample')).toEqual(expected));
});
