import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Io } from '../../../cli/io.ts';
import { type Out, outOf } from '../../../cli/output/out.ts';

/** A page of an event's making: it clears the screen, sets the title, and is red. */
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\u001b[31mred\u001b[39m\u009b5A\u202e\r';

async function printed(say: (out: Out) => Promise<void>, isTerminal: boolean): Promise<string> {
  let text = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const terminal = { stdin: isTerminal, stdout: isTerminal, stderr: isTerminal };
  await say(outOf({ stdout, stderr: stdout, terminal, env: {}, columns: 80 } as unknown as Io, false));
  return text;
}

test.each([
  ['text', (out: Out) => out.text(HOSTILE)],
  ['what is drawn anew', (out: Out) => out.redraw(HOSTILE, 0)],
])('%s of others does nothing to a terminal but colour it', async (_, say) => {
  expect(await printed(say, true)).toBe(
    '\\u001b[2J\\u001b]0;owned\\u0007\u001b[31mred\u001b[39m\\u009b5A\\u202e\\r\n',
  );
});

test.each([HOSTILE, Buffer.from(HOSTILE)])(
  'what is printed as it is, is so for programs, and not for a terminal',
  async (bytes) => {
    expect(await printed((out) => out.raw(bytes), false)).toBe(HOSTILE);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(await printed((out) => out.raw(bytes), true)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  },
);
