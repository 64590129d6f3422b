import { type ParseEntry, parse } from 'shell-quote';
import { expect, test } from 'vitest';
import type { Command } from '../../cli/command.ts';
import { COMMANDS, GROUPS } from '../../cli/commands.ts';
import { programOf } from '../../cli/program.ts';

/** What each example calls `posthorn` with, also within a pipe or a loop. */
function callsIn(line: string): string[][] {
  const calls: string[][] = [];
  let inCall = false;
  // Nothing is substituted: `$TARGET` stands for any text.
  for (const word of parse(line, () => 'value') as ParseEntry[]) {
    const text = typeof word === 'string' ? word : 'pattern' in word ? word.pattern : undefined;
    if (text === undefined) inCall = false;
    else if (text === 'posthorn' && !inCall) {
      inCall = true;
      calls.push([]);
    } else if (inCall) calls.at(-1)!.push(text);
  }
  return calls;
}

const EXAMPLES = COMMANDS.flatMap(({ words, examples }) =>
  examples.map((one) => [words, typeof one === 'string' ? one : one[0]] as const),
);

test.each(EXAMPLES)('%s: %s has words and options that there are (A20)', async (words, line) => {
  const called: Command[] = [];
  for (const call of callsIn(line)) {
    const program = programOf(COMMANDS, async (command) => void called.push(command), {
      version: '0',
      groups: GROUPS,
    });
    await program.parseAsync(call, { from: 'user' });
  }
  expect(called.map((command) => command.words)).toContain(words);
});
