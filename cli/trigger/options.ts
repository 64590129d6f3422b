import type { Option } from '../command.ts';

/** What commands that publish have in common. */

export const EVENT_OPTIONS: readonly Option[] = [
  { flags: '--id <text>', description: 'An id of your own: the same one again is published once.' },
  { flags: '--source <text>', description: 'Who publishes, for filters.' },
  {
    flags: '--priority <text>',
    description: 'How urgent it is: normal when left out.',
    choices: ['critical', 'normal', 'low'],
  },
];

export const WAIT_OPTIONS: readonly Option[] = [
  { flags: '--wait', description: 'Follow it until all its deliveries have arrived or are dead.' },
  {
    flags: '--timeout <time>',
    description: 'With --wait: how long at most, such as 30s or 5m.',
    default: '60s',
  },
];
