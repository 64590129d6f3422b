import type { Context } from 'aws-lambda';
import { ALERT_RULE } from '../../alerting/alert-rule.ts';
import { type AssessRulesDeps, assessRules } from '../../alerting/assess-rules.ts';
import { type AssessTargetsDeps, assessTargets } from '../../alerting/assess-targets.ts';
import { forgetFailing, listFailing, putFailing } from '../../alerting/failing-targets-store.ts';
import { type Part, runInTurn } from '../../alerting/in-turn.ts';
import { takeMail } from '../../alerting/mail-allowance-store.ts';
import { keepJudged, listWatched, stopWatching } from '../../alerting/rule-state-store.ts';
import { entityStore } from '../../config/entity-store.ts';
import { readHealth } from '../../endpoint-health/health-store.ts';
import { newestEvents, recentEvents } from '../../events/event-log-store.ts';
import { createNotifier } from '../../notifications/notify.ts';
import { bind } from '../../platform/bind.ts';
import { optionalEnv, requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { mailer } from '../../platform/mail.ts';
import { tenantsWithFailures } from '../../stats/failing-tenants-store.ts';
import { readFailing, readOrdinarySlots, readSlots } from '../../stats/stats-store.ts';
import { loadTargets } from '../../targets/target-store.ts';
import { readTenants, tenantInUse } from '../../tenants/tenant-store.ts';

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

const mailFrom = optionalEnv('TENANT_MAIL_FROM');
const rules: AssessRulesDeps = {
  states: bind({ keepJudged, listWatched, stopWatching }, stateTable),
  getRules: entityStore(configTable, ALERT_RULE).getMany,
  ...bind({ readOrdinarySlots }, logTable),
  newestEvents: (tenant, wanted) => newestEvents(logTable, tenant, wanted, now()),
  recentEvents: (tenant, from) => recentEvents(logTable, tenant, from, now()),
  ...bind({ tenantInUse }, configTable),
  ...bind({ takeMail }, stateTable),
  sendMail:
    mailFrom === undefined
      ? undefined
      : mailer({ from: mailFrom, region: optionalEnv('TENANT_MAIL_REGION') }),
  notifier,
  now,
};

/** What is judged, in this order. A part of its own for each question, with its own tables and its own state. */
const parts: readonly Part[] = [
  { name: 'failing targets', run: (isOutOfTime) => assessTargets(ofTargets, isOutOfTime) },
  { name: 'alert rules', run: (isOutOfTime) => assessRules(rules, isOutOfTime) },
];

/** Judges what has been counted, and tells those concerned of what changed. */
export const handler = (_event: unknown, context: Context): Promise<void> =>
  runInTurn(parts, () => context.getRemainingTimeInMillis());
