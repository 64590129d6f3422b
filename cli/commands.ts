import type { Command } from './command.ts';
import { applyCommands } from './commands/apply.ts';
import { eventTypeImport } from './commands/event-type-import.ts';
import { filterTrialCommands } from './commands/filter-trials.ts';
import { jobCommands } from './commands/jobs.ts';
import { listen } from './commands/listen.ts';
import { listenerRows } from './commands/listeners.ts';
import { profileCommands } from './commands/profiles.ts';
import { stats } from './commands/stats.ts';
import { tail } from './commands/tail.ts';
import { targetRows } from './commands/targets.ts';
import { trigger } from './commands/trigger.ts';
import { verifyCommand } from './commands/verify.ts';
import { commandOf } from './routes/row-command.ts';

/** Groups of commands, in the order of the help, and what each is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  events: 'What applications have published.',
  deliveries: 'Events on their way to endpoints, with each attempt.',
  'dead-letters': 'Deliveries that are not tried again by themselves.',
  replays: 'Jobs that send many deliveries again.',
  subscriptions: 'Who gets what: each binds a target and a filter.',
  targets: 'Where to send: addresses, secrets, retries, health.',
  filters: 'What to send.',
  'event-types': 'What events there are, with schemas and samples.',
  'alert-rules': 'What is told when deliveries fail, are slow, or stop.',
  tenants: 'Customers whose data is kept apart.',
  listeners: 'Machines that `posthorn listen` runs on.',
  keys: 'Credentials, and what they may do.',
};

/** All there is. */
export const COMMANDS: readonly Command[] = [
  ...profileCommands,
  listen,
  tail,
  trigger,
  stats,
  ...listenerRows.map(commandOf),
  verifyCommand,
  ...filterTrialCommands,
  ...applyCommands,
  eventTypeImport,
  ...targetRows.map(commandOf),
  ...jobCommands,
];
