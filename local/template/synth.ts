import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

const APP = 'local/app.ts';

/** All sources of a synthesised template and its bundles. */
const SOURCES = [
  APP,
  '{lib,lambdas}/**/*.{ts,html,css,js}',
  '{client,console}/**/*',
  'cdk.json',
  'package-lock.json',
  'tsconfig.json',
];

/** Of the workspaces' folders: packages, which the lock file names, and what is made of other sources. */
const NO_SOURCES = ['{client,console}/node_modules/**', '{client,console}/dist/**', 'client/*.gen*.ts'];

/** Assemblies of earlier sources are kept this long: a running cloud still starts its workers from one. */
const KEEP_MS = 24 * 3600 * 1000;

/**
 * Synthesises the laptop's environment into a directory of `.local/` that is named after a hash of its sources, unless
 * it exists already: bundling takes most of the time of a start.
 *
 * @returns the assembly's directory
 * @throws Error with the output of `cdk synth` when that fails
 */
export async function synthesise(): Promise<string> {
  const parent = join(projectRoot, '.local');
  const directory = join(parent, `assembly-${hashOfSources().slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  removeOld(parent);
  const unfinished = `${directory}.${process.pid}`;
  await cdkSynth(unfinished);
  moveInto(unfinished, directory);
  return directory;
}

function removeOld(parent: string): void {
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    const path = join(parent, name);
    if (Date.now() - statSync(path).mtimeMs > KEEP_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** Two processes may have synthesised the same sources at once; the second one's result is the same. */
function moveInto(unfinished: string, directory: string): void {
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of sources()) {
    hash.update(`${file}\n`).update(readFileSync(join(projectRoot, file)));
  }
  return hash.digest('hex');
}

const sources = (): string[] =>
  globSync(SOURCES, { cwd: projectRoot, exclude: NO_SOURCES, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .sort();

async function cdkSynth(directory: string): Promise<void> {
  const cdk = join(projectRoot, 'node_modules/aws-cdk/bin/cdk');
  const args = [cdk, 'synth', '--quiet', '--app', `node ${APP}`, '--output', directory];
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`cdk synth ended with code ${code}:\n${output}`);
}
