import { expect, test } from 'vitest';
import { textOf } from '../../../cli/output/value.ts';

test.each([
  ['a sequence that clears the screen', '\u001b[2Jx', '\\u001b[2Jx'],
  ['a C1 control', 'a\u009bb', 'a\\u009bb'],
  ['a turn of direction', 'a\u202eb', 'a\\u202eb'],
  ['a line break', 'a\nb', 'a\\nb'],
  ['text of any language', 'größer, 大きい, 🎺', 'größer, 大きい, 🎺'],
])('%s can do nothing to a terminal', (_, text, expected) => {
  expect(textOf(text)).toBe(expected);
});

test('what is not there is a dash', () => {
  expect([undefined, null, '', []].map(textOf)).toEqual(['–', '–', '–', '–']);
});
