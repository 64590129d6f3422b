import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { replyFor, startReceiver } from '../../../local/receiver.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { onFileEnd } from '../../helpers/file-end.ts';
import { readConsolePage } from '../../helpers/guide/console.ts';
import { type ConsoleReader, followConsole } from '../../helpers/guide/console-run.ts';

const page = readConsolePage(readFileSync(new URL('../../../docs/cli-send.md', import.meta.url), 'utf8'));
const cloud = await sharedCloud();
const receiver = await startReceiver(({ path }) => replyFor(path));
onFileEnd(receiver.close);
const scratch = (): string => mkdtempSync(join(tmpdir(), 'posthorn-page-'));
const reader: ConsoleReader = {
  cwd: scratch(),
  env: { POSTHORN_CONFIG_DIR: scratch(), POSTHORN_URL: cloud.apiUrl, POSTHORN_KEY: cloud.key },
  variables: new Map(),
  here: new Map([['localhost:9090', new URL(receiver.url).host]]),
  shells: new Map(),
  printed: '',
};

/** Whether an earlier section failed, so that the next ones may lack what they rely on. */
let isLost = false;

describe('docs/cli-send.md (A20)', () => {
  it.for(page)('$title', async (section, { skip }) => {
    skip(isLost, 'an earlier section failed');
    isLost = true;
    await followConsole(section, reader);
    isLost = false;
  });
});
