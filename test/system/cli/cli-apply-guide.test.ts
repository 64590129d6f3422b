import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lexer, type Tokens } from 'marked';
import { expect, it } from 'vitest';
import { cliOf } from '../../helpers/cli.ts';
import { sharedCloud } from '../../helpers/cloud.ts';

/**
 * The page about configuration as a file, run from its beginning to its end: blocks of YAML and JSON are files, named in their
 * first line; in a console's block each `$` is a command, and what follows is what it prints.
 */
const page = readFileSync(new URL('../../../docs/cli-apply.md', import.meta.url), 'utf8');
const blocks = lexer(page).filter((token): token is Tokens.Code => token.type === 'code');

const cloud = await sharedCloud();
const cwd = mkdtempSync(join(tmpdir(), 'posthorn-guide-'));
const posthorn = cliOf(cloud);
const env: Record<string, string> = {};

/** What is another each time. */
const masked = (text: string): string => text.replace(/\b(tgt|flt|sub|whsec)_[\w+/=]+/g, '$1_…').trimEnd();

async function printedBy(command: string): Promise<string> {
  const set = /^export (\w+)='(.*)'$/.exec(command);
  if (set) {
    env[set[1]!] = set[2]!;
    return '';
  }
  if (!command.startsWith('posthorn ')) return execFileSync('sh', ['-c', command], { cwd, encoding: 'utf8' });
  let printed = '';
  const on = (text: string): void => {
    printed += text;
  };
  await posthorn(command.slice('posthorn '.length), { cwd, env, onStdout: on, onStderr: on });
  return printed;
}

/** `…` in a line stands for anything. */
const isLike = (line: string, expected: string): boolean =>
  new RegExp(`^${expected.split('…').map(literally).join('.*')}$`).test(line);

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const commandsIn = (text: string) =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command, ...output] = part.split('\n');
      return { command: command!, output: output.join('\n').trimEnd() };
    });

it('each command of the page prints what the page says (E6)', async () => {
  let count = 0;
  for (const { lang, text } of blocks) {
    const file = /^(?:#|\/\/) (\S+\.(?:ya?ml|json))$/m.exec(text.split('\n')[0]!);
    if (file) {
      mkdirSync(join(cwd, dirname(file[1]!)), { recursive: true });
      writeFileSync(join(cwd, file[1]!), lang === 'json' ? text.split('\n').slice(1).join('\n') : text);
    }
    if (lang !== 'console') continue;
    for (const { command, output } of commandsIn(text)) {
      count += 1;
      const lines = masked(await printedBy(command)).split('\n');
      const expected = output.split('\n');
      const shown = lines.map((line, at) => (isLike(line, expected[at] ?? '') ? expected[at] : line));
      expect(shown.join('\n'), command).toBe(output);
    }
  }
  expect(count).toBeGreaterThan(5);
}, 60_000);
