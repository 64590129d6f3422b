import type { Command } from './command.ts';
import { aboutCommands } from './commands/about.ts';
import { alertRuleRows } from './commands/alert-rules.ts';
import { applyCommands } from './commands/apply.ts';
import { auditRows } from './commands/audit.ts';
import { brandingCommands, brandingRows } from './commands/branding.ts';
import { checkEndpoint } from './commands/check-endpoint.ts';
import { completion } from './commands/completion.ts';
import { consume } from './commands/consume.ts';
import { deliveryRows } from './commands/deliveries.ts';
import { environmentRows } from './commands/environment.ts';
import { eventTypeImport } from './commands/event-type-import.ts';
import { eventTypeRows } from './commands/event-types.ts';
import { eventCommands, eventRows } from './commands/events.ts';
import { filterTrialCommands } from './commands/filter-trials.ts';
import { filterRows } from './commands/filters.ts';
import { jobCommands } from './commands/jobs.ts';
import { keyRows } from './commands/keys.ts';
import { listen } from './commands/listen.ts';
import { listenerRows } from './commands/listeners.ts';
import { messageRows } from './commands/messages.ts';
import { metricsCommands, metricsRows } from './commands/metrics.ts';
import { portalCommands, portalTokenRows } from './commands/portal.ts';
import { profileCommands } from './commands/profiles.ts';
import { publishCommands } from './commands/publish.ts';
import { stats } from './commands/stats.ts';
import { subscriptionRows } from './commands/subscriptions.ts';
import { tail } from './commands/tail.ts';
import { targetCommands, targetRows } from './commands/targets.ts';
import { tenantRows } from './commands/tenants.ts';
import { trigger } from './commands/trigger.ts';
import { verifyCommand } from './commands/verify.ts';
import type { Row } from './routes/row.ts';
import { commandOf } from './routes/row-command.ts';

/** Groups of commands, in the order of the help, and what each is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  events: 'What applications have published.',
  logs: 'Log records, which become events.',
  deliveries: 'Events on their way to endpoints, with each attempt.',
  'dead-letters': 'Deliveries that are not tried again by themselves.',
  replays: 'Jobs that send many deliveries again.',
  subscriptions: 'Who gets what: each binds a target and a filter.',
  targets: 'Where to send: addresses, secrets, retries, health.',
  messages: 'Fetching, where nothing can be posted to: targets of kind pull.',
  filters: 'What to send.',
  'event-types': 'What events there are, with schemas and samples.',
  'alert-rules': 'What is told when deliveries fail, are slow, or stop.',
  tenants: 'Customers whose data is kept apart.',
  tenant: 'The tenant of the key.',
  listeners: 'Machines that `posthorn listen` runs on.',
  keys: 'Credentials, and what they may do.',
  'portal-tokens': 'Credentials of customers, for the portal.',
  branding: 'How the portal looks.',
  audit: 'Who has changed what.',
  metrics: 'Figures over time, and by target, event type or error.',
  environment: 'All tenants together, for operators.',
};

const ROWS: readonly Row[] = [
  ...eventRows,
  ...deliveryRows,
  ...subscriptionRows,
  ...targetRows,
  ...messageRows,
  ...filterRows,
  ...eventTypeRows,
  ...alertRuleRows,
  ...tenantRows,
  ...keyRows,
  ...portalTokenRows,
  ...brandingRows,
  ...auditRows,
  ...metricsRows,
  ...environmentRows,
];

/** All there is. */
export const COMMANDS: readonly Command[] = [
  ...profileCommands,
  completion,
  listen,
  tail,
  trigger,
  stats,
  ...listenerRows.map(commandOf),
  verifyCommand,
  checkEndpoint,
  ...filterTrialCommands,
  ...applyCommands,
  eventTypeImport,
  ...jobCommands,
  ...eventCommands,
  ...targetCommands,
  consume,
  ...brandingCommands,
  ...portalCommands,
  ...metricsCommands,
  ...aboutCommands,
  ...ROWS.map(commandOf),
  ...publishCommands,
];
