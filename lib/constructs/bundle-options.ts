import type { BuildOptions } from 'esbuild';

/** How esbuild bundles for Lambda's Node.js. */
export const FOR_LAMBDA = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  // ESM output has no `require`, which packages that are not modules call.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} satisfies BuildOptions;
