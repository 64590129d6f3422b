import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { replyFor, startReceiver } from '../../../local/receiver.ts';
import { edits, forgetful, withoutWindows } from '../../helpers/arbitrary/edits.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { describePage, pageReader } from '../../helpers/guide/console-page.ts';

// What the page promises within a minute happens at once.
const cloud = await startCloud({ edit: edits(withoutWindows, forgetful(0)) });
// The receiver of `npm start`.
const receiver = await startReceiver(({ path }) => replyFor(path));
const reader = pageReader({}, [
  ['http://127.0.0.1:8080', cloud.apiUrl],
  ['http://127.0.0.1:8081', cloud.consoleUrl],
  ['http://127.0.0.1:9090', receiver.url],
  ['localhost:9090', new URL(receiver.url).host],
  ['my-first-key', cloud.key],
]);
afterAll(async () => {
  for (const { stop } of reader.shells.values()) stop.abort();
  await receiver.close();
});

// As `npm start` says that it runs.
writeFileSync(
  join(reader.env.POSTHORN_CONFIG_DIR!, 'local.json'),
  JSON.stringify({ url: cloud.apiUrl, key: cloud.key, console: cloud.consoleUrl, pid: process.pid }),
);

describePage('cli.md', '(A20, D7)', reader);
