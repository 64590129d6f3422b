import type { Context } from 'aws-lambda';
import { type AssessTargetsDeps, assessTargets } from '../../alerting/assess-targets.ts';
import { forgetFailing, listFailing, putFailing } from '../../alerting/failing-targets-store.ts';
import { type Part, runInTurn } from '../../alerting/in-turn.ts';
import { readHealth } from '../../endpoint-health/health-store.ts';
import { createNotifier } from '../../notifications/notify.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { tenantsWithFailures } from '../../stats/failing-tenants-store.ts';
import { readFailing, readSlots } from '../../stats/stats-store.ts';
import { loadTargets } from '../../targets/target-store.ts';
import { readTenants } from '../../tenants/tenant-store.ts';

const now = Date.now;
const configTable = requireEnv('CONFIG_TABLE');
const logTable = requireEnv('LOG_TABLE');
const stateTable = requireEnv('STATE_TABLE');

const notifier = createNotifier({
  eventsQueueUrl: requireEnv('EVENTS_QUEUE_URL'),
  alertsTopicArn: requireEnv('ALERTS_TOPIC_ARN'),
  now,
});

const ofTargets: AssessTargetsDeps = {
  limits: {
    share: requireEnvNumber('FAILING_PERCENT') / 100,
    attempts: requireEnvNumber('FAILING_ATTEMPTS'),
  },
  stats: bind({ readFailing, readSlots, tenantsWithFailures }, logTable),
  failing: bind({ forgetFailing, listFailing, putFailing }, stateTable),
  targets: bind({ loadTargets }, configTable),
  health: bind({ readHealth }, stateTable),
  tenants: bind({ readTenants }, configTable),
  notifier,
  now,
};

/** What is judged, in this order. A part of its own for each question, with its own tables and its own state. */
const parts: readonly Part[] = [
  { name: 'failing targets', run: (isOutOfTime) => assessTargets(ofTargets, isOutOfTime) },
];

/** Judges what has been counted, and tells those concerned of what changed. */
export const handler = (_event: unknown, context: Context): Promise<void> =>
  runInTurn(parts, () => context.getRemainingTimeInMillis());
