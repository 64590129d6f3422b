import { expect, test } from 'vitest';
import { ExactNumber, readExactly } from '../../../../console/parts/payload/exact-json.ts';

test.each(['12345678901234567890', '1200.50', '1e400', '-0', '1E2'])(
  'the number %s stays as it was written',
  (text) => {
    expect(readExactly(`{"a":[${text}]}`)).toEqual({ a: [new ExactNumber(text)] });
  },
);

test('all else is as a program reads it', () => {
  const text = '{"a":[1,2.5,"12345678901234567890",null,true],"__proto__":{"b":{}}}';
  expect(readExactly(text)).toEqual(JSON.parse(text));
});

test('what is not JSON is refused', () => expect(() => readExactly('{a:1}')).toThrow(SyntaxError));

test('a text of a hundred thousand levels is read', () => {
  const levels = 100_000;
  const text = '['.repeat(levels) + ']'.repeat(levels);
  let depth = 0;
  for (let each = readExactly(text); Array.isArray(each); each = each[0]) depth++;
  expect(depth).toBe(levels);
});
