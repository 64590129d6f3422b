import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { buildOptions } from '../../lib/constructs/build.ts';

/** The process that evaluates transformations, bundled as functions have it. */
export function transformerScript(): URL {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-transformer-'));
  const { entryPoints, ...options } = buildOptions('dispatch', folder);
  const { index: _, ...processes } = entryPoints;
  buildSync({ ...options, entryPoints: processes, sourcemap: false });
  return pathToFileURL(join(folder, 'transformer.mjs'));
}
