import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coloursFor } from '../../../cli/output/colours.ts';
import { recordOf, tableOf } from '../../../cli/output/table.ts';
import { state } from '../../../cli/output/value.ts';

const COLUMNS = [{ title: 'id', value: 'id' }, { title: 'name', value: 'name' }, state('state', 'state')];
const terminal = { stdin: true, stdout: true, stderr: true };
const plain = coloursFor({ env: { NO_COLOR: '1' }, terminal }, 'stdout');
const coloured = coloursFor({ env: {}, terminal }, 'stdout');

/** Whatever somebody may have called something, or sent. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\u001b[2J',
    '\u001b]0;title\u0007',
    'a\r\nb',
    '\u202eevil',
    '\u009b31m',
    '',
    ' '.repeat(300),
    '\t\t',
  ),
  fc.constantFrom('valueOf', '__proto__', 'constructor', 'hasOwnProperty'),
  fc.constantFrom(null, undefined, 0, true, [], ['a\n'], { deep: '\u001b' }),
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

test('a table has a line for each row, whatever is in it, and nothing that controls a terminal (A20)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ id: hostile, name: hostile, state: hostile }), { minLength: 1, maxLength: 5 }),
      fc.option(fc.integer({ min: 30, max: 200 }), { nil: undefined }),
      async (rows, width) => {
        const text = await tableOf(COLUMNS, rows, plain, width);
        expect(text).not.toMatch(CONTROLS);
        expect(text.split('\n')).toHaveLength(rows.length + 1);
      },
    ),
  );
});

test('colours of a table are ours alone, and change no text (A20)', async () => {
  await fc.assert(
    fc.asyncProperty(
      hostile,
      fc.constantFrom('dead', 'delivered', 'paused', 'unheard'),
      async (name, status) => {
        const rows = [{ id: '1', name, state: status }];
        const text = await tableOf(COLUMNS, rows, coloured, 120);
        expect(stripVTControlCharacters(text).trimEnd()).toBe(await tableOf(COLUMNS, rows, plain, 120));
      },
    ),
  );
});

test('a record has a value of several lines below itself', () => {
  expect(
    recordOf(
      [
        ['id', '1'],
        ['schema', 'a\nb'],
      ],
      plain,
    ),
  ).toBe('id      1\nschema  a\n        b');
});

const ID = 'tgt_01KAK2V5E4V2N9CR0Q6WV7Z1QZ';
const MANY = ['id', 'name', 'at', 'note'].map((title) => ({ title, value: title }));
const ROW = { id: ID, name: 'n'.repeat(60), at: '2026-03-01T12:00:00Z', note: 'x'.repeat(60) };

test.each([
  [200, 4],
  [120, 4],
  [70, 3],
  [40, 2],
  [30, 1],
])('ids and times are never cut: on %i columns there are %i of 4 (A20)', async (width, count) => {
  const [head, row] = (await tableOf(MANY, [ROW], plain, width)).split('\n') as [string, string];
  expect(head.trim().split(/ +/)).toEqual(['ID', 'NAME', 'AT', 'NOTE'].slice(0, count));
  expect(row.length).toBeLessThanOrEqual(width);
  expect(row.startsWith(ID)).toBe(true);
  expect(row.includes(ROW.at)).toBe(count > 2);
});
