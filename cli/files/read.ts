import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, resolve } from 'node:path';
import { CommandError } from '../failure.ts';
import type { Io } from '../io.ts';
import { readStdin } from '../routes/body.ts';

export interface TextFile {
  /** As a person would name it. */
  readonly name: string;
  readonly text: string;
}

/** Larger ones are no configuration: a thousand event types with a kilobyte of schema each are a quarter of it. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Files of a folder, and folders in it. */
const MAX_FILES = 2000;
const MAX_DEPTH = 10;

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** What a path names: `-` for stdin, a file, or the YAML and JSON files of a folder, in the order of their names. */
export async function readFiles(io: Io, path: string): Promise<TextFile[]> {
  if (path === '-') return [{ name: 'stdin', text: textOf('stdin', await readStdin(io)) }];
  const full = resolve(io.cwd, path);
  if (!(await stat(full)).isDirectory()) return [await readText(full, path)];
  const found = await filesIn(full);
  if (found.length === 0)
    throw new CommandError(`${path}: expected files ending in ${EXTENSIONS.join(', ')}`);
  return Promise.all(found.map((one) => readText(one, join(path, relative(full, one)))));
}

async function readText(full: string, name: string): Promise<TextFile> {
  const { size } = await stat(full);
  if (size > MAX_FILE_BYTES) throw tooLarge(name);
  return { name, text: textOf(name, await readFile(full)) };
}

const tooLarge = (name: string): CommandError =>
  new CommandError(`${name}: expected at most ${MAX_FILE_BYTES / 1024 / 1024} MiB`);

function textOf(name: string, bytes: Buffer): string {
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(name);
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/** Hidden files and folders are somebody else's, as are packages. */
const isOurs = (name: string): boolean => !name.startsWith('.') && name !== 'node_modules';

/** @throws CommandError when there are more than anybody means */
async function filesIn(folder: string, depth = 0): Promise<string[]> {
  if (depth > MAX_DEPTH)
    throw new CommandError(`${folder}: expected at most ${MAX_DEPTH} folders in each other`);
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter(({ name }) => isOurs(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesIn(path, depth + 1)));
    else if (entry.isFile() && EXTENSIONS.includes(extname(entry.name).toLowerCase())) found.push(path);
    if (found.length > MAX_FILES) throw new CommandError(`${folder}: expected at most ${MAX_FILES} files`);
  }
  return found;
}
