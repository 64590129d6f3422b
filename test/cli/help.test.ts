import { expect, test } from 'vitest';
import { COMMANDS, GROUPS } from '../../cli/commands.ts';
import { posthorn } from '../helpers/cli.ts';

test('help of a command is the same by each of its ways, and has its examples', async () => {
  const help = await posthorn('targets list --help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('posthorn targets list --state troubled');
  expect(await posthorn('help targets list')).toEqual(help);
});

test('help lists all there is, groups apart from commands, and what a group has', async () => {
  const all = await posthorn('--help');
  expect(await posthorn('')).toEqual(all);
  expect(await posthorn('help')).toEqual(all);
  const [before, after] = all.stdout.split('\nCommands:\n') as [string, string];
  for (const name of Object.keys(GROUPS)) expect(before).toMatch(new RegExp(`^  ${name} `, 'm'));
  for (const { words } of COMMANDS.filter((one) => !one.words.includes(' ')))
    expect(after).toMatch(new RegExp(`^  ${words} `, 'm'));
  expect(await posthorn('targets')).toEqual(await posthorn('targets --help'));
});

test('help fits a terminal of 80 columns', async () => {
  const pages = ['', ...Object.keys(GROUPS), ...COMMANDS.map(({ words }) => words)];
  for (const words of pages) {
    const { code, stdout } = await posthorn(`${words} --help`, { columns: 80 });
    expect(code).toBe(0);
    // Examples are to be copied, so they are not broken.
    const [text] = stdout.split(/^(?:Examples|Start here):$/m) as [string];
    const wide = text.split('\n').filter((line) => line.length > 80 && !line.startsWith('Usage:'));
    expect(wide, words).toEqual([]);
  }
});

test.each([
  ['targets lst', "error: unknown command 'lst'. Did you mean list?\n`posthorn targets --help`"],
  ['tagrets', "error: unknown command 'tagrets'. Did you mean targets?\n`posthorn --help`"],
  [
    'targets list --stat x',
    "error: unknown option '--stat'. Did you mean --state?\n`posthorn targets list --help`",
  ],
  ['targets list --state odd', "error: option '--state <text>' argument 'odd' is invalid."],
])('%s: is refused with what was meant', async (typed, said) => {
  const { code, stdout, stderr } = await posthorn(typed);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
});

test('options of every command may stand before it', async () => {
  const before = await posthorn('--json --profile nobody whoami');
  expect(before).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(before.stderr).message).toContain('"nobody"');
  expect(await posthorn('whoami --json --profile nobody')).toEqual(before);
});

test.each([
  ['on a terminal', {}, true, true],
  ['without one', {}, false, false],
  ['on a terminal with NO_COLOR', { NO_COLOR: '1' }, true, false],
  ['on a terminal with an empty NO_COLOR', { NO_COLOR: '' }, true, true],
  ['on one that can do nothing', { TERM: 'dumb' }, true, false],
  ['without one, with FORCE_COLOR', { FORCE_COLOR: '1' }, false, true],
  ['with both', { FORCE_COLOR: '1', NO_COLOR: '1' }, false, false],
])('an error %s, coloured: %#', async (_, env, isTerminal, isColoured) => {
  const { stderr } = await posthorn('whoami --profile nobody', { env, isTerminal });
  expect(stderr.includes('\u001b[')).toBe(isColoured);
});
