import { expect, it } from 'vitest';
import { numberAsWritten } from '../../../console/api/as-written.ts';

it.each([
  ['0', 0],
  ['24', 24],
  [' 1.5 ', 1.5],
  ['-1', -1],
  ['a day', 'a day'],
  ['1,5', '1,5'],
  ['', ''],
  [' ', ''],
])('a field with %j is sent as %j', (text, sent) => {
  expect(numberAsWritten(text)).toBe(sent);
});
