import { defineConfig } from 'vitest/config';

/** Files that fill the machine, or measure what happens while it is full: no other runs beside them. */
const LOAD = ['kill', 'faults'].map((name) => `test/system/${name}.test.ts`);

const system = { globalSetup: ['test/system/synth.ts'], testTimeout: 60_000, hookTimeout: 60_000 };

/**
 * Three projects, one after another: `unit` is pure code and finishes in seconds (`npm run check`), `system` runs the
 * synthesised template in local clouds, two files at a time, since most of a test's time is waiting, and `load` does the
 * same with a machine of its own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{lambdas,lib,local,bench,helpers}/**/*.test.ts'],
          // By itself vitest leaves a core free, which on a machine of two is half of it.
          maxWorkers: 2,
          // Property tests take seconds on a machine that is busy with other things.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...system,
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          exclude: LOAD,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...system,
          name: 'load',
          include: LOAD,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
