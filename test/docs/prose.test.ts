import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

/** `npm run lint:prose` reads the pages. Here is what its rules find, and what they let pass. */
const root = fileURLToPath(new URL('../../', import.meta.url));

/** So many words. */
const many = (count: number): string =>
  Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 'to' : 'and')).join(' ');

const SAMPLES: readonly (readonly [text: string, found: number])[] = [
  ['Deliveries wait in the waiting room.', 1],
  ['It is of good standing until somebody says otherwise.', 2],
  ['The key is `standing#<tenant>`, and `guests` counts.', 0],
  ['See [hold queues](22-waiting-rooms.md), and [the waiting room](22.md).', 1],
  ['It goes to a dead letter queue of Dynamo DB.', 2],
  [`${many(35)}.`, 1],
  [`${many(34)}: ${many(34)}; ${many(34)}.`, 0],
  [`A sentence over\ntwo lines of ${many(35)}.`, 1],
  [`- \`${many(60)}\` is one name.`, 0],
  ['A cell of of a line.', 1],
  ['It is known that that is so.', 0],
];

describe('the linter of prose', () => {
  let lines: readonly number[] = [];
  /** Each sample is a paragraph, so what is found in it is found in its lines. */
  const page = SAMPLES.map(([text]) => text).join('\n\n');

  beforeAll(() => {
    const options = ['--rulesdir', '.textlint', '--stdin', '--stdin-filename', 'page.md', '--format', 'json'];
    const { stdout } = spawnSync('node_modules/.bin/textlint', options, { cwd: root, input: page });
    const [{ messages }] = JSON.parse(stdout.toString()) as [{ messages: { line: number }[] }];
    lines = messages.map(({ line }) => line);
    // A process of its own, on a machine that may be busy.
  }, 60_000);

  it.each(SAMPLES)('%j: %i', (text, found) => {
    const first = page.slice(0, page.indexOf(text)).split('\n').length;
    const last = first + text.split('\n').length - 1;
    expect(lines.filter((line) => line >= first && line <= last)).toHaveLength(found);
  });
});
