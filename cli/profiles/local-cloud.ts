import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../io.ts';
import { configFolder, type Profile } from './config-file.ts';

/** The name of the profile that is the local cloud which runs. */
export const LOCAL = 'local';

/** The local cloud that runs on this machine; undefined when none does. `npm start` writes the file, and removes it. */
export async function runningLocalCloud(io: Pick<Io, 'env'>): Promise<Profile | undefined> {
  try {
    const { url, key, pid, console } = JSON.parse(
      await readFile(join(configFolder(io), 'local.json'), 'utf8'),
    );
    if (typeof url !== 'string' || typeof key !== 'string' || typeof pid !== 'number') return undefined;
    return isRunning(pid) ? { url, key, console } : undefined;
  } catch {
    return undefined;
  }
}

/** One that was killed has left its file. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
