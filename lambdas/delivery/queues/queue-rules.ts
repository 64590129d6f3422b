/** When somebody should look at a queue: for the operator's overview, and for the alarms of the stacks. */
export interface QueueRule {
  /** What a person calls it. */
  readonly label: string;
  /** The heading of docs/runbook.md that says what to do. */
  readonly runbook: string;
  /** The age of the oldest message from which somebody should look, in seconds. */
  readonly tooOld: number;
  /** Whether any message in it is a reason to look. */
  readonly isLast?: true;
}

/** Well above a message that failed once and came back: a visibility timeout of 4.5 minutes at most. */
const OF_SECONDS = 10 * 60;
/** Retries come with a delay of up to a quarter of an hour, which counts as age, and replays are spread over time. */
const OF_MINUTES = 30 * 60;

const lane = (name: string, tooOld: number): QueueRule => ({
  label: `${name} lane`,
  runbook: 'A lane grows',
  tooOld,
});

/** By what a queue is for. A test asks for a row for each queue of the stacks. */
export const QUEUE_RULES = {
  events: { label: 'events queue', runbook: 'The events queue grows', tooOld: OF_SECONDS },
  critical: lane('critical', OF_SECONDS),
  standard: lane('standard', OF_SECONDS),
  slow: lane('slow', OF_MINUTES),
  bulk: lane('bulk', OF_MINUTES),
  outcomes: { label: 'outcomes queue', runbook: 'The outcomes queue grows', tooOld: OF_SECONDS },
  replays: { label: 'replays queue', runbook: 'A replay does not end', tooOld: OF_MINUTES },
  live: { label: 'live queue', runbook: 'What is watched live comes late', tooOld: OF_MINUTES },
  // The dead-letter writer empties it at once, so a message is passing by unless it stays for minutes.
  deadLetters: {
    label: 'dead-letter queue',
    runbook: 'A dead-letter queue fills',
    tooOld: 2 * 60,
    isLast: true,
  },
  quarantine: { label: 'quarantine', runbook: 'The quarantine alarm rings', tooOld: 0, isLast: true },
} as const satisfies Record<string, QueueRule>;

export type QueueName = keyof typeof QUEUE_RULES;

/** The rule of a queue whose name was read; undefined where there is none. */
export const queueRuleOf = (name: string): QueueRule | undefined =>
  Object.hasOwn(QUEUE_RULES, name) ? QUEUE_RULES[name as QueueName] : undefined;
