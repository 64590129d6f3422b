import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { CommandError } from '../failure.ts';
import type { Io } from '../io.ts';

/** Where an environment is, and what opens it. */
export interface Profile {
  /** The API's address, without a slash at its end. */
  readonly url: string;
  readonly key: string;
  /** Where the console is, where that is another address. */
  readonly console?: string | undefined;
}

export interface ConfigFile {
  /** The profile that is used when none is named. */
  readonly current?: string | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const EMPTY: ConfigFile = { profiles: {} };

/** The folder of the person's settings: `~/.config/posthorn` on Linux. `POSTHORN_CONFIG_DIR` names another. */
export const configFolder = ({ env }: Pick<Io, 'env'>): string =>
  env.POSTHORN_CONFIG_DIR || envPaths('posthorn', { suffix: '' }).config;

const pathOf = (io: Pick<Io, 'env'>): string => join(configFolder(io), 'config.json');

/** What is kept; nothing where there is no file yet. @throws CommandError for a file that is damaged */
export async function readConfig(io: Pick<Io, 'env'>): Promise<ConfigFile> {
  const path = pathOf(io);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return EMPTY;
  const read = parsed(text);
  if (read) return read;
  throw new CommandError(`${path}: expected what \`posthorn login\` has written`, {
    hint: 'Remove the file, and sign in again.',
  });
}

/** For this user's eyes alone. Another process never reads half of it. */
export async function writeConfig(io: Pick<Io, 'env'>, config: ConfigFile): Promise<string> {
  const path = pathOf(io);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomUUID()}`;
  try {
    // Where there is something of that name, a link included, nothing is written.
    await writeFile(beside, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => {});
    throw error;
  }
  return path;
}

function parsed(text: string): ConfigFile | undefined {
  try {
    const { current, profiles } = JSON.parse(text) as ConfigFile;
    const all = Object.entries(profiles);
    const isSound = all.every(([, one]) => typeof one.url === 'string' && typeof one.key === 'string');
    return isSound ? { current, profiles: Object.fromEntries(all) } : undefined;
  } catch {
    return undefined;
  }
}
