import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withId } from '../../client/json.ts';

it.each([
  ['{}', '{"id":"x"}'],
  [' {"n": 19.90}', ' {"id":"x","n": 19.90}'],
  ['{"id":null,"a":1}', '{"id":null,"a":1}'],
  ['{"a":{"id":1}}', '{"id":"x","a":{"id":1}}'],
  ['{"a":"\ufffd"}', '{"id":"x","a":"\\ufffd"}'],
  ['[{}]', '[{}]'],
  ['1', '1'],
])('%s gets an id if it has none', (json, expected) => expect(withId(json, () => 'x')).toBe(expected));

it('all else stays as it is', () =>
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.string(),
      fc.constantFrom(0, 2),
      (object, id, indent) => {
        const written = JSON.stringify(object, undefined, indent);
        const found = JSON.parse(withId(written, () => id));
        expect(found).toEqual({ id, ...JSON.parse(written) });
      },
    ),
  ));

it('what is no JSON is refused', () => expect(() => withId('{', () => 'x')).toThrow(SyntaxError));
