import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { sharedCloud } from '../../helpers/cloud.ts';
import { readConsolePage } from '../../helpers/guide/console.ts';
import { type ConsoleReader, followConsole } from '../../helpers/guide/console-run.ts';

const page = readConsolePage(readFileSync(new URL('../../../docs/cli-apply.md', import.meta.url), 'utf8'));
const cloud = await sharedCloud();
const scratch = (): string => mkdtempSync(join(tmpdir(), 'posthorn-page-'));
const reader: ConsoleReader = {
  cwd: scratch(),
  env: { POSTHORN_CONFIG_DIR: scratch(), POSTHORN_URL: cloud.apiUrl, POSTHORN_KEY: cloud.key },
  variables: new Map(),
  here: new Map(),
  shells: new Map(),
  printed: '',
};

describe('docs/cli-apply.md (A20, E6)', () => {
  it.each(page)('$title', (section) => followConsole(section, reader));
});
