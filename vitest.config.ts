import { defineConfig } from 'vitest/config';

/**
 * Two projects: `unit` is pure code and finishes in seconds (`npm run check`), `system` runs the synthesised
 * template in the local cloud. System files run one after another: each starts a cloud of its own, and two of
 * them on two cores would time each other out.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{lambdas,lib,local,bench,helpers}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          globalSetup: ['test/system/synth.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
