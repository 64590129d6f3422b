import type { Recovery, RecoveryCase } from '../results.ts';
import { duration, latency, number, numbers, table } from '../words.ts';

/** What each case is, in a table and over a picture. */
export const CASES: Readonly<Record<RecoveryCase['kind'], string>> = {
  waiting: 'an endpoint is back after a day, a million wait for it',
  region: 'the region is out for an hour',
  deploy: 'a deploy under load, old and new versions side by side',
  endpoints: '100,000 endpoints fail at once',
};

export const recoveryTable = ({ cases }: Recovery): string =>
  table(
    [
      'what happens',
      numbers('deliveries'),
      numbers('all delivered after'),
      numbers('p99 of the others, before → since'),
      numbers('twice'),
      numbers('lost'),
    ],
    cases.map(({ kind, deliveries, doneSeconds, others, twice, lost }) => [
      CASES[kind],
      number(deliveries),
      duration(doneSeconds),
      `${latency(others.before.p99)} → ${latency(others.since.p99)}`,
      number(twice),
      number(lost),
    ]),
  );

export const lostOf = ({ cases }: Recovery): number => cases.reduce((sum, { lost }) => sum + lost, 0);
