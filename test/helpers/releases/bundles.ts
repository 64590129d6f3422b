import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { buildOptions } from '../../../lib/constructs/build.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** The functions on the way of an event, by their folders in lambdas/functions/. */
const FOLDERS = ['ingest', 'fanout', 'dispatch', 'record', 'release', 'dead-letter-writer'];

/** Files of each function, by folder and name. */
type Bundles = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Bundles of the last release as they were deployed. They are kept, and not built from its sources: those need packages that are no
 * longer installed.
 */
const FILE = new URL('../../fixtures/last-release-bundles.br', import.meta.url);

/** @param root of the sources. Default: the working tree */
async function bundle(root = PROJECT): Promise<Bundles> {
  const all = FOLDERS.map(async (folder) => {
    const options = { ...buildOptions(folder, '/bundle'), absWorkingDir: root, sourcemap: false };
    const { outputFiles } = await build({ ...options, write: false });
    return [
      folder,
      Object.fromEntries(outputFiles!.map(({ path, text }) => [basename(path), text])),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

/** Keeps the bundles of the working tree as those of the last release: some 360 KB. */
export async function keepBundles(): Promise<void> {
  // All functions share the larger part of what they bundle, so the window has to hold them all.
  const params = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
  writeFileSync(FILE, brotliCompressSync(JSON.stringify(await bundle()), { params }));
}

/** The functions' code as a commit has it, with the packages that are installed. @throws Error when git does not know it */
async function bundleCommit(ref: string): Promise<Bundles> {
  const root = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    const archive = execFileSync('git', ['archive', '--format=tar', ref, 'lambdas', 'package.json'], {
      cwd: PROJECT,
      maxBuffer: 1 << 29,
    });
    execFileSync('tar', ['-x', '-C', root], { input: archive });
    symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
    return await bundle(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/**
 * The code of a release.
 * @param ref a commit. Default: the last release
 * @returns by folder, the address of its module
 */
export async function codeOf(ref: string | undefined): Promise<ReadonlyMap<string, string>> {
  const bundles =
    ref === undefined
      ? (JSON.parse(brotliDecompressSync(readFileSync(FILE)).toString()) as Bundles)
      : await bundleCommit(ref);
  const dir = mkdtempSync(join(tmpdir(), 'bundles-'));
  return new Map(
    Object.entries(bundles).map(([folder, files]) => {
      mkdirSync(join(dir, folder));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, folder, name), text);
      return [folder, pathToFileURL(join(dir, folder, 'index.mjs')).href];
    }),
  );
}
