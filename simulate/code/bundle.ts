import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire, findPackageJSON } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { build, type Plugin } from 'esbuild';

const requireHere = createRequire(import.meta.url);

/** The project's own sources. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What the code of a function calls by name, and each environment has for itself. */
const PARAMETERS = [
  'exports',
  'module',
  'require',
  'globalThis',
  'process',
  'Date',
  'Math',
  'performance',
  'crypto',
  'console',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'AbortSignal',
  'fetch',
] as const;

export type Parameter = (typeof PARAMETERS)[number];

/** A function's code. Each call of `start` runs it once, with state of its own, as an environment of Lambda does. */
export interface Code {
  readonly folder: string;
  start(parameters: Readonly<Record<Parameter, unknown>>): void;
}

/** Changes a source before it is bundled. @param file from the sources' root, such as `lambdas/delivery/decide.ts` */
export type Edit = (file: string, source: string) => string;

export interface BundleOptions {
  /** Where `lambdas/` is: another release's sources run beside this one's. Default: this project. */
  readonly root?: string;
  readonly edit?: Edit;
}

/** What has an outside that is simulated, and what stands in its place. */
const REPLACED: Readonly<Record<string, string>> = {
  'lambdas/http-client/http-post.ts': 'http-post.ts',
  'lambdas/platform/aws/signature.ts': 'signature.ts',
  'lambdas/platform/s3.ts': 's3.ts',
  'lambdas/notifications/alert-topic.ts': 'alert-topic.ts',
};

/**
 * Packages that keep time or state of their own, so that each environment has them for itself. All others have none, and are
 * loaded once for all.
 */
const OWN_PACKAGES = new Set(['lru-cache', 'ulid']);

/** Bundles a function from its sources, once for all of its environments. @param folder in lambdas/functions/ */
export async function bundle(folder: string, { root = PROJECT, edit }: BundleOptions = {}): Promise<Code> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`lambdas/functions/${folder}/handler.ts`],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // The page to try the API is of no interest here.
    loader: { '.html': 'text' },
    define: { 'import.meta.url': '"file:///var/task/index.mjs"' },
    plugins: [sources(root, edit)],
    logLevel: 'error',
  });
  // A namespace is the same for all environments. Each would copy it for each file that imports it.
  const source = outputFiles[0]!.text.replace(
    /__toESM[(]require[(]("[^"]+")[)], 1[)]/g,
    'require.namespace($1)',
  );
  const run = compileFunction(source, [...PARAMETERS], { filename: `${folder}.cjs` }) as (
    ...given: unknown[]
  ) => void;
  return { folder, start: (parameters) => run(...PARAMETERS.map((name) => parameters[name])) };
}

/** Whether a package can be loaded by `require` as it is; what is ES modules alone is bundled. */
function isCommonJs(path: string): boolean {
  try {
    const file = requireHere.resolve(path);
    if (!file.endsWith('.js')) return file.endsWith('.cjs') || file.endsWith('.json');
    const { type } = requireHere(findPackageJSON(pathToFileURL(file))!) as { type?: string };
    return type !== 'module';
  } catch {
    return false;
  }
}

function sources(root: string, edit: Edit | undefined): Plugin {
  const builtIn = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  return {
    name: 'simulated',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        const name = path.split('/', path.startsWith('@') ? 2 : 1).join('/');
        const isShared = builtIn.has(path) || (!OWN_PACKAGES.has(name) && isCommonJs(path));
        return isShared ? { path, external: true } : undefined;
      });
      // Caches fill their places one by one when they are made, for which each environment would take milliseconds.
      onLoad({ filter: /lru-cache.*[.]m?js$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replaceAll(
          /Array[.]from[(][{]length:(\w+)[}][)][.]fill[(]void 0[)]/g,
          'new Array($1)',
        ),
      }));
      onLoad({ filter: /[.]ts$/ }, async ({ path }) => {
        const file = relative(root, path);
        const instead = REPLACED[file];
        if (instead !== undefined) {
          const from = join(PROJECT, 'simulate/code/replaced', instead);
          const resolveDir = join(PROJECT, 'simulate/code/replaced');
          return { contents: await readFile(from, 'utf8'), loader: 'ts', resolveDir };
        }
        if (!edit) return undefined;
        return { contents: edit(file, await readFile(path, 'utf8')), loader: 'ts' };
      });
    },
  };
}
