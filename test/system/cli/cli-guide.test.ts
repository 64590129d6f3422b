import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { replyFor, startReceiver } from '../../../local/receiver.ts';
import { edits, forgetful, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { readConsolePage } from '../../helpers/guide/console.ts';
import { type ConsoleReader, followConsole } from '../../helpers/guide/console-run.ts';

const page = readConsolePage(readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8'));

// What the page promises within a minute happens at once.
const cloud = await startCloud({ edit: edits(withoutWindows, forgetful(0)) });
// The receiver of `npm start`.
const receiver = await startReceiver(({ path }) => replyFor(path));
const scratch = (): string => mkdtempSync(join(tmpdir(), 'posthorn-page-'));
const reader: ConsoleReader = {
  cwd: scratch(),
  env: { POSTHORN_CONFIG_DIR: scratch() },
  variables: new Map(),
  here: new Map([
    ['http://127.0.0.1:8080', cloud.apiUrl],
    ['http://127.0.0.1:8081', cloud.consoleUrl],
    ['http://127.0.0.1:9090', receiver.url],
    ['localhost:9090', new URL(receiver.url).host],
    ['my-first-key', cloud.key],
  ]),
  shells: new Map(),
  printed: '',
};
afterAll(async () => {
  for (const { stop } of reader.shells.values()) stop.abort();
  await receiver.close();
});

// As `npm start` says that it runs.
writeFileSync(
  join(reader.env.POSTHORN_CONFIG_DIR!, 'local.json'),
  JSON.stringify({ url: cloud.apiUrl, key: cloud.key, console: cloud.consoleUrl, pid: process.pid }),
);

/** Whether an earlier section failed, so that the next ones may lack what they rely on. */
let isLost = false;

describe('docs/cli.md (A20, D7)', () => {
  it.for(page)('$title', async (section, { skip }) => {
    skip(isLost, 'an earlier section failed');
    isLost = true;
    await followConsole(section, reader);
    isLost = false;
  });
});
