import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for temporary files of the tests, removed when all have run. CDK removes what it writes, up to 26 MB for each app, when its process
 * exits. Workers are killed before that.
 */
export default function scratch(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
