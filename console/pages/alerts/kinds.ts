import type { Schemas } from '../../api/types.ts';

/** What a rule may be about. */

export type Rule = Schemas['AlertRule'];
export type Condition = Rule['when'];
export type Kind = Condition['metric'];

interface KindWords {
  /** Also the name of a rule that is given no other. */
  readonly label: string;
  readonly what: string;
}

export const KINDS: Readonly<Record<Kind, KindWords>> = {
  successRate: {
    label: 'Attempts fail',
    what: 'Too few attempts succeed: endpoints answer with errors, or not at all.',
  },
  timeToDelivery: {
    label: 'Deliveries are slow',
    what: 'Events take longer to arrive than they may.',
  },
  deadLetters: {
    label: 'Deliveries die',
    what: 'Deliveries are given up, and wait for somebody to send them again.',
  },
  events: {
    label: 'Many events come',
    what: 'More events come than should, for instance failed logins.',
  },
  silence: {
    label: 'Nothing comes',
    what: 'No event comes for hours: whoever publishes them may have stopped.',
  },
};

export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** The kind that an address names; undefined where it names none. */
export const kindOf = (text: string | null): Kind | undefined => KIND_NAMES.find((each) => each === text);

type Statistic = Extract<Condition, { metric: 'timeToDelivery' }>['statistic'];

/** How times are summed up: a label to choose it by, and what a rule about it says of deliveries. */
export const STATISTICS: Readonly<
  Record<Statistic, { readonly label: string; slower(than: string): string }>
> = {
  average: {
    label: 'Average',
    slower: (than) => `deliveries take longer than ${than} on average`,
  },
  p50: { label: 'Half of them (p50)', slower: (than) => `half of deliveries take longer than ${than}` },
  p95: {
    label: 'The slowest 5\u2009% (p95)',
    slower: (than) => `more than 5\u2009% of deliveries take longer than ${than}`,
  },
  p99: {
    label: 'The slowest 1\u2009% (p99)',
    slower: (than) => `more than 1\u2009% of deliveries take longer than ${than}`,
  },
};
