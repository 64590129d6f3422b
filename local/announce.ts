import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';

/** What the command-line tool needs to find the local cloud that runs. */
interface Announced {
  readonly url: string;
  readonly key: string;
  readonly console: string;
}

/**
 * Says for tools of this user that a local cloud runs: in `local.json` in the folder of their settings. Of several clouds, the
 * last one counts. A folder that can't be written to is no reason not to run.
 * @returns takes it back
 */
export function announce(cloud: Announced): () => void {
  const folder = process.env.POSTHORN_CONFIG_DIR || envPaths('posthorn', { suffix: '' }).config;
  const path = join(folder, 'local.json');
  const text = `${JSON.stringify({ ...cloud, pid: process.pid }, undefined, 2)}\n`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // One that was left would keep its mode.
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode: 0o600 });
  } catch {
    return () => {};
  }
  return () => {
    try {
      if (readFileSync(path, 'utf8') === text) rmSync(path);
    } catch {
      // Another cloud has written its own.
    }
  };
}
