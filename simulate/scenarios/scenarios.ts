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
      case: { value: 'NAME', about: 'one alone: waiting, region, deploy or endpoints' },
      amounts: { value: 'LIST', about: 'how much of some, such as waiting=20000,endpoints=1000' },
      old: { value: 'REF', about: 'the commit that is replaced; by default the newest with other functions' },
    },
    load: () => import('./recovery/run.ts'),
  },
  year: {
    about: 'what an environment costs a month, idle and with five thousand deliveries a day',
    options: { days: { value: 'N', about: 'of the idle one; 365 by default, which take some 40 minutes' } },
    load: () => import('./year.ts'),
  },
  soak: {
    about: 'random histories in which things go wrong, and invariants that hold all the same',
    options: {
      histories: { value: 'N', about: 'at most so many; 1000 by default' },
      minutes: { value: 'N', about: 'at most so long; 60 by default' },
      threads: { value: 'N', about: 'at once; one for each processor by default' },
      history: { value: 'SEED', about: 'one alone, such as 1-417, with all that happens in it' },
      plan: { value: 'FILE', about: 'one that a soak kept, with all that happens in it' },
      'put-back': { value: 'FAULT', about: 'with a fault of simulate/faults/put-back/' },
      old: { value: 'REF', about: 'a commit whose functions run beside these while a deployment goes on' },
    },
    load: () => import('../soak/soak.ts'),
  },
  report: {
    about: 'the tables and pictures of docs/performance.md, from simulate/results/',
    load: () => import('../report/command.ts'),
  },
};
