import { basename, dirname } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { buildOptions } from '../../lib/constructs/build.ts';

/** The parts of a bundle, in bytes of the bundle. */
export interface BundleParts {
  /** By package, the largest first; our own code is `(own)`. */
  readonly packages: readonly PackagePart[];
  readonly atLoad: number;
  /** Reached only by a dynamic `import()`, in files of its own. */
  readonly later: number;
}

interface PackagePart {
  readonly name: string;
  readonly atLoad: number;
  readonly later: number;
}

/**
 * Bundles a function once more, as the stacks do, to list the bundle's parts.
 * @param entry relative to the project
 * @param bytes the size of the deployed bundle. Another size means that the sources have changed since.
 */
export async function bundleParts(entry: string, bytes: number): Promise<BundleParts> {
  const { metafile, outputFiles } = await build({
    ...buildOptions(basename(dirname(entry)), 'out'),
    metafile: true,
    write: false,
  });
  const code = outputFiles.filter(({ path }) => path.endsWith('.mjs'));
  const built = code.reduce((sum, { contents }) => sum + contents.length, 0);
  if (built !== bytes) throw new Error(`${entry}: expected ${bytes} bytes, as deployed, got ${built}`);
  return partsOf(metafile, entry);
}

/** Sorts a bundle's bytes by package, and by whether loading the bundle runs them. */
export function partsOf(metafile: Metafile, entry: string): BundleParts {
  const run = runAtLoad(metafile, entry);
  const packages = new Map<string, { name: string; atLoad: number; later: number }>();
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  for (const [path, { bytesInOutput }] of inputs) {
    const name = packageOf(path);
    const part = packages.get(name) ?? { name, atLoad: 0, later: 0 };
    part[run.has(path) ? 'atLoad' : 'later'] += bytesInOutput;
    packages.set(name, part);
  }
  const parts = [...packages.values()].sort((a, b) => b.atLoad - a.atLoad || b.later - a.later);
  return {
    packages: parts,
    atLoad: parts.reduce((sum, part) => sum + part.atLoad, 0),
    later: parts.reduce((sum, part) => sum + part.later, 0),
  };
}

/**
 * The modules that the entry reaches without a dynamic import. An upper bound: a `require` inside a CommonJS function
 * counts, though it may never be called.
 */
function runAtLoad({ inputs }: Metafile, entry: string): Set<string> {
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const { path: imported, kind, external } of inputs[path]?.imports ?? []) {
      if (!external && kind !== 'dynamic-import') reached.add(imported);
    }
  }
  return reached;
}

/** The innermost package of a path; `(own)` outside of node_modules. */
export const packageOf = (path: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '(own)';
