/**
 * Builds what the package holds: the construct in one file of CommonJS, which every Node loads by `import` and by `require`, its
 * declarations, and what its stacks upload.
 */
import {
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { buildFunction, consoleFolder } from '../lib/constructs/build.ts';
import { declarations } from './declarations.ts';
import { licencesOf } from './licences.ts';

const here = import.meta.dirname;
const root = join(here, '..');
const dist = join(here, 'dist');

/** Takes what is built from the package. */
const prebuilt: Plugin = {
  name: 'prebuilt',
  setup({ onResolve }) {
    onResolve({ filter: /\/build\.ts$/ }, () => ({ path: join(here, 'built.ts') }));
  },
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'functions'), { recursive: true });

const sources = [
  ...(await construct()),
  ...functions(),
  join(root, 'node_modules/swagger-ui-dist/package.json'),
];
writeFileSync(join(dist, 'LICENCES.txt'), licencesOf(sources));
await pages();
cpSync(join(root, 'lib/edge'), join(dist, 'edge'), { recursive: true });
copyFileSync(join(root, 'LICENSE'), join(here, 'LICENSE'));
writeFileSync(join(dist, 'index.d.cts'), declarations());

/** @returns files whose code is in it */
async function construct(): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['construct/index.ts'],
    outfile: join(dist, 'index.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // There is one of each in an app, which brings them.
    external: ['aws-cdk-lib', 'constructs'],
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [prebuilt],
    logLevel: 'warning',
    metafile: true,
  });
  return Object.keys(metafile.inputs).map((path) => join(root, path));
}

/** @returns files whose code is in them */
function functions(): readonly string[] {
  return globSync('lambdas/functions/*/handler.ts', { cwd: root }).flatMap((handler) => {
    const folder = dirname(handler).split('/').at(-1)!;
    // As deep as in cdk.out, so that source maps have the same paths, and the bundle the same hash, as from a clone.
    const built = join(here, 'bundle');
    buildFunction(folder, built);
    const maps = globSync('*.map', { cwd: built }).map((map) => join(built, map));
    const files = maps.flatMap((map) => JSON.parse(readFileSync(map, 'utf8')).sources as string[]);
    renameSync(built, join(dist, 'functions', folder));
    return files.map((file) => join(built, file));
  });
}

/** The console, and the licences of what is in it. */
async function pages(): Promise<void> {
  // As React asks, and as the clone builds it.
  process.env.NODE_ENV = 'production';
  const outDir = join(dist, 'console');
  const vite = createRequire(join(consoleFolder, 'package.json')).resolve('vite');
  await (await import(vite)).build({
    configFile: join(consoleFolder, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true, license: true },
  });
  renameSync(join(outDir, '.vite/license.md'), join(dist, 'CONSOLE-LICENCES.md'));
  rmSync(join(outDir, '.vite'), { recursive: true });
}
