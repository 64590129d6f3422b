import { defineConfig } from 'vitest/config';
import { FACTOR } from './test/helpers/runs.ts';

/** Files that fill the machine, or measure what happens while it is full: no other runs beside them. */
const LOAD = ['kill', 'faults'].map((name) => `test/system/delivery/${name}.test.ts`);

/** Loading fast-check takes as long as many a test file, so nothing is set where nothing is to change. */
const setupFiles = FACTOR === 1 ? [] : ['test/helpers/more-runs.ts'];
const patience = Math.max(1, FACTOR);

/** Unit tests of stores: the files of a process share an emulator of DynamoDB, see test/helpers/table.ts. */
const STORES = [
  'test/lambdas/**/*-store.test.ts',
  'test/lambdas/platform/shard-scan.test.ts',
  'test/lambdas/manage/lists/{delivery-list,events-by-outcome}.test.ts',
  'test/lambdas/recovery/stores.test.ts',
];

/** Unit tests that hold state of their own: variables of the environment, sockets, caches. */
const APART = [
  'test/lambdas/{fanout,http-client}/**/*.test.ts',
  'test/lambdas/platform/**/!(shard-scan).test.ts',
  'test/lambdas/delivery/queues/consume.test.ts',
  // Its table never answers.
  'test/lambdas/delivery/progress-bound-store.test.ts',
  // It counts the hashes that are made.
  'test/lambdas/http/authorize.test.ts',
];

const unit = {
  // By itself vitest leaves a core free, which on a machine of two is half of it.
  maxWorkers: 2,
  globalSetup: ['test/helpers/scratch.ts'],
  // Property tests take seconds on a machine that is busy with other things.
  testTimeout: 30_000 * patience,
  setupFiles,
  sequence: { groupOrder: 0 },
};

const system = {
  globalSetup: ['test/helpers/scratch.ts', 'test/system/synth.ts'],
  testTimeout: 60_000 * patience,
  hookTimeout: 60_000,
  setupFiles: [...setupFiles, 'test/helpers/after-file.ts'],
  // Files of one process share what they import, and some of them a cloud: see sharedCloud.
  isolate: false,
};

/**
 * Projects, one after another: `unit` is pure code, `unit-apart` what has state of its own, `unit-stores` what reads
 * and writes tables and `unit-local` the local cloud by itself, all without the synthesised template and quick (`npm run check`); `system` runs the synthesised template in local clouds, two files
 * at a time, since most of a test's time is waiting, `load` does the same with a machine of its own, `kafka` reads topics of a real
 * broker, where there is Java, and `browser` opens the console in Chromium, where there is one, two files at a time as well.
 */
export default defineConfig({
  test: {
    // `npm run coverage`: a report to read, no gate. Files that no test loads count too.
    coverage: {
      include: ['{lambdas,lib,local,cli}/**/*.ts'],
      reporter: ['text-summary', 'html'],
    },
    projects: [
      {
        test: {
          ...unit,
          name: 'unit',
          include: [
            'test/{lib,bench,helpers,docs,lambdas,client,cli,console,examples,simulate,site}/**/*.test.ts',
          ],
          exclude: [...STORES, ...APART],
          // What they import has no state: loading it once and not for each file saves a third of the time.
          isolate: false,
        },
      },
      {
        test: {
          ...unit,
          name: 'unit-apart',
          include: APART,
        },
      },
      {
        test: {
          ...unit,
          name: 'unit-stores',
          include: STORES,
          exclude: APART,
          isolate: false,
        },
      },
      {
        test: {
          ...unit,
          name: 'unit-local',
          include: ['test/local/**/*.test.ts'],
          // Each test ends the cloud that it starts, and nothing stays in the environment.
          isolate: false,
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
      {
        test: {
          ...system,
          name: 'kafka',
          globalSetup: [...system.globalSetup, 'test/kafka/launch.ts'],
          include: ['test/kafka/**/*.test.ts'],
          // All of them use one broker, which takes a core to start.
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...system,
          name: 'browser',
          globalSetup: [...system.globalSetup, 'test/browser/launch.ts'],
          include: ['test/browser/**/*.test.ts'],
          // Pages wait for each other’s answers as often as they work: two files share the Chromium, each with a cloud.
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
