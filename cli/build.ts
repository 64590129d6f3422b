/** Bundles the tool into one file that runs on Node 20 and newer: `dist/posthorn.js`, with the licences of what is in it. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { licencesOf } from '../construct/licences.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Node's modules that take as long to load as all the rest of the tool. What is imported from outside of the bundle stands at
 * its top, whatever asks for it; what is required is loaded when the code that asks for it is.
 */
const LATE = /^node:(dns|http|https|tls)$/;
const late: Plugin = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LATE }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'late' } : { path, external: true },
    );
    onLoad({ filter: LATE, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ['bin.ts'],
  outfile: 'dist/posthorn.js',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20.12',
  format: 'esm',
  // Packages in CommonJS ask for Node's modules by require.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module';const require = makeRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
  // Native parts of ws that it does without.
  external: ['bufferutil', 'utf-8-validate'],
  plugins: [late],
  metafile: true,
});

writeFileSync(
  `${here}dist/LICENCES.txt`,
  licencesOf(Object.keys(metafile.inputs).map((path) => `${here}${path}`)),
);
copyFileSync(`${here}../LICENSE`, `${here}LICENSE`);
