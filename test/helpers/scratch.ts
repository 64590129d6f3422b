import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME = 'posthorn-tests-';

/**
 * A folder for temporary files of the tests, removed when all have run. CDK removes what it writes, up to 26 MB for each app, when its process
 * exits. Workers are killed before that. Projects that run together share one: each within that of another would make paths of sockets too
 * long for Chromium.
 */
export default function scratch(): (() => void) | undefined {
  if (tmpdir().includes(NAME)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), NAME));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
