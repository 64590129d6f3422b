/**
 * Makes what stacks upload, from the sources. In the package `posthorn`, construct/built.ts takes its place, since the
 * package has it made already.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import { ASSETS, PAGES, type PageFile } from '../../lambdas/api/page-list.ts';
import { FOR_LAMBDA } from './bundle-options.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Processes that functions start: files of their own beside the bundle. */
const TRANSFORMER = { transformer: 'lambdas/transform/process/main.ts' };
const PROCESSES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dispatch: TRANSFORMER,
  manage: TRANSFORMER,
};

/**
 * How a function is bundled, with all that it needs, the AWS SDK as well. Dynamic imports (`await import(…)`) get files
 * of their own, so that a cold start does not read them. NodejsFunction can't split a bundle: it names its one output
 * file.
 *
 * @param folder in lambdas/functions/, with a handler.ts that exports `handler`
 * @param outdir gets `index.mjs` and the other files
 */
export const buildOptions = (folder: string, outdir: string) =>
  ({
    absWorkingDir: projectRoot,
    entryPoints: {
      index: `lambdas/functions/${folder}/handler.ts`,
      ...PROCESSES[folder],
    } as Record<string, string>,
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    ...FOR_LAMBDA,
  }) satisfies BuildOptions;

/** Where a function's source is. */
export const functionFolder = (folder: string): string => join(projectRoot, 'lambdas/functions', folder);

/** Bundles a function, with the files that it serves beside it. @param folder as above */
export function buildFunction(folder: string, outdir: string): void {
  buildSync(buildOptions(folder, outdir));
  if (folder === 'docs') for (const file of pageFiles()) copyFileSync(file, join(outdir, basename(file)));
}

/** Paths of the documentation pages' files on this machine. */
const pageFiles = (): readonly string[] =>
  Object.entries<PageFile>({ ...PAGES, ...ASSETS }).map(([name, { from }]) =>
    from === 'pages'
      ? join(functionFolder('docs'), 'pages', name)
      : createRequire(import.meta.url).resolve(`${from}/${name}`),
  );

/** Where the console's source is. */
export const consoleFolder = join(projectRoot, 'console');

/** Builds the console. @throws Error with what Vite printed */
export function buildConsole(outdir: string): void {
  const vite = dirname(createRequire(join(consoleFolder, 'package.json')).resolve('vite/package.json'));
  const args = [
    join(vite, 'bin/vite.js'),
    'build',
    '--outDir',
    outdir,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ];
  // A test runner's own NODE_ENV would build React as it is developed with, twice as large.
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(process.execPath, args, { cwd: consoleFolder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The source of a CloudFront Function. @param file in lib/edge/ */
export const edgeCode = (file: string): string => readFileSync(join(projectRoot, 'lib/edge', file), 'utf8');
