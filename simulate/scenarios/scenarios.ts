import type { Scenario } from './scenario.ts';

/** A new one is a row. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  neighbours: {
    about: 'a thousand tenants beside one that floods a bad endpoint',
    load: () => import('./neighbours.ts'),
  },
  scale: {
    about: 'from 100 to 20,000 deliveries a second: which limit is met first, and what it costs',
    load: () => import('./scale.ts'),
  },
  recovery: {
    about: 'big recoveries: a million that wait, a region, a deployment, a hundred thousand endpoints',
    options: {
      // One of the cases alone.
      case: { type: 'string' },
      // How much of some cases, such as waiting=20000,endpoints=1000: recovery/run.ts says what is counted.
      amounts: { type: 'string' },
      // The commit whose code a deployment replaces. Default: the newest before this one with other functions.
      old: { type: 'string' },
    },
    load: () => import('./recovery/run.ts'),
  },
  year: {
    about: 'what an environment costs a month, idle and with five thousand deliveries a day',
    // Of the idle one. Default: 365, which take some 40 minutes.
    options: { days: { type: 'string' } },
    load: () => import('./year.ts'),
  },
  soak: {
    about: 'random histories in which things go wrong, and invariants that hold all the same',
    options: {
      histories: { type: 'string' },
      minutes: { type: 'string' },
      threads: { type: 'string' },
      // A single one, by its seed or from a file; and a fault of simulate/faults/put-back.ts.
      history: { type: 'string' },
      plan: { type: 'string' },
      'put-back': { type: 'string' },
      old: { type: 'string' },
    },
    load: () => import('../soak/soak.ts'),
  },
  report: {
    about: 'the tables and pictures of docs/performance.md, from simulate/results/',
    load: () => import('../report/command.ts'),
  },
};
