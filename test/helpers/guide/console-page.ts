import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { readConsolePage } from './console.ts';
import { type ConsoleReader, followConsole } from './console-run.ts';

const scratch = (): string => mkdtempSync(join(tmpdir(), 'posthorn-page-'));

/**
 * Somebody who follows a page, in a folder of their own.
 * @param env beside settings of their own
 * @param here what the page shows, and what it is on this machine
 */
export const pageReader = (
  env: Readonly<Record<string, string>> = {},
  here: readonly (readonly [string, string])[] = [],
): ConsoleReader => ({
  cwd: scratch(),
  env: { POSTHORN_CONFIG_DIR: scratch(), ...env },
  variables: new Map(),
  here: new Map(here),
  shells: new Map(),
  printed: '',
});

/**
 * A test for each section of a page. After one that fails, the next ones may lack what they rely on: they are skipped.
 * @param file in docs/ @param tags rows of docs/features.md: `(A20)`
 */
export function describePage(file: string, tags: string, reader: ConsoleReader): void {
  const page = readConsolePage(readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8'));
  let isLost = false;
  describe(`docs/${file} ${tags}`, () => {
    it.for(page)('$title', async (section, { skip }) => {
      skip(isLost, 'an earlier section failed');
      isLost = true;
      await followConsole(section, reader);
      isLost = false;
    });
  });
}
