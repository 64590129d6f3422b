/** Bundles the tool into one file that runs on Node 20 and newer: `dist/posthorn.js`. */
import { build } from 'esbuild';

const here = new URL('.', import.meta.url).pathname;

await build({
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
  legalComments: 'linked',
  logLevel: 'warning',
  // Native parts of ws that it does without.
  external: ['bufferutil', 'utf-8-validate'],
});
