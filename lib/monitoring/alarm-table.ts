import { QUEUE_RULES, type QueueName } from '../../lambdas/delivery/queues/queue-rules.ts';
import type { SourcesSettings } from '../settings/sources/sources.ts';
import type { Computed, Measured } from './measured.ts';

/** `page`: somebody has to get up. `ticket`: somebody looks at it when the day begins. */
export type Severity = 'page' | 'ticket';

/** A kind of source, as settings name it. */
export type SourceSetting = keyof SourcesSettings;

export interface AlarmRow {
  readonly severity: Severity;
  /**
   * Who rings. Several alarms that one cause of ours sets off ring once, as the composite alarm `Engine`. `other`: something
   * else tells of it, and the alarm is a state on the dashboard.
   */
  readonly rings: 'itself' | 'Engine' | 'other';
  /**
   * An alarm sees only metrics of its own AWS region. `sources`: at home, in an environment that has one of the kinds; for each
   * source of them if it is about a source.
   */
  readonly where: 'home' | 'each region' | 'sources';
  /** The kinds of source of which each source has an alarm of its own. */
  readonly eachOf?: readonly SourceSetting[];
  readonly watches: Measured | Computed;
  readonly periodMinutes: 1 | 5 | 15 | 60;
  /** How many of the last periods have to be past the threshold. */
  readonly periods: { readonly breaching: number; readonly of: number };
  readonly comparison: '<' | '>' | '≥';
  readonly threshold: number;
  /** Why this threshold and this patience. */
  readonly because: string;
  /** What a period without data means. */
  readonly missing: 'good' | 'bad';
  readonly missingBecause: string;
  /** The heading of docs/runbook.md that says what to do. */
  readonly runbook: string;
  /** One sentence: what is wrong, and where to begin. */
  readonly says: string;
}

const ONCE = { breaching: 1, of: 1 };

/**
 * A count that is 0 where CloudWatch has no data. An alarm prefers old points to missing ones, so without zeroes one whose trouble
 * is over rings once more whenever a period with part of it drops out.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
const orZero = (counted: Measured): Computed => ({ of: { counted }, expression: () => 'FILL(counted, 0)' });

/** A message that stays too long. What is too long is said once for alarms and the operator's overview. */
const oldest = (
  queue: QueueName,
  row: Pick<AlarmRow, 'severity' | 'rings' | 'where' | 'says'> & Partial<Pick<AlarmRow, 'because'>>,
): AlarmRow => ({
  because:
    'seconds, by the rule of queue-rules.ts: beyond what one repeated message explains, which SQS leaves out of the age after three receives',
  ...row,
  watches: { of: 'queue', queue, metric: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum' },
  periodMinutes: 1,
  // The age is itself a measure of patience; three minutes in a row are no artefact of an approximate metric.
  periods: { breaching: 3, of: 3 },
  comparison: '≥',
  threshold: QUEUE_RULES[queue].tooOld,
  missing: 'good',
  missingBecause: 'SQS reports nothing of a queue that has been empty for hours',
  runbook: QUEUE_RULES[queue].runbook,
});

/** Something that should never be counted. An hour, so that what goes on and on rings once. */
const never = (
  metric: 'LoopsStopped' | 'AuditEntriesUnwritten' | 'UnreadableItems' | 'Recovered',
  row: Pick<AlarmRow, 'where' | 'because' | 'runbook' | 'says'>,
): AlarmRow => ({
  ...row,
  severity: 'ticket',
  rings: 'itself',
  watches: { of: 'posthorn', metric, statistic: 'Sum' },
  periodMinutes: 60,
  periods: ONCE,
  comparison: '≥',
  threshold: 1,
  missing: 'good',
  missingBecause: 'it is counted only when it happens',
});

/** Every alarm, by its name. What is watched, from when on it rings, whom, and why. */
export const ALARMS = {
  SuccessLow: {
    severity: 'ticket',
    rings: 'itself',
    where: 'home',
    watches: {
      of: {
        attempts: { of: 'posthorn', metric: 'Attempts', statistic: 'Sum' },
        failed: { of: 'posthorn', metric: 'FailedAttempts', statistic: 'Sum' },
      },
      // FailedAttempts has no data where nothing failed. Of Attempts see orZero.
      expression: ({ floors }) =>
        `IF(FILL(attempts, 0) >= ${floors.attempts}, 100 * (1 - FILL(failed, 0) / attempts), 100)`,
    },
    periodMinutes: 15,
    periods: ONCE,
    comparison: '<',
    threshold: 95,
    because:
      'per cent; in ordinary times less than one attempt in a hundred fails. Of fewer attempts than the floor, a single endpoint makes the rate, and TargetFailing tells of that one',
    missing: 'good',
    missingBecause: 'nothing was attempted',
    runbook: 'Success is low',
    says: 'Too many attempts fail, over all endpoints: see which endpoints and errors make most of the failures.',
  },
  DeliverySlow: {
    severity: 'ticket',
    rings: 'itself',
    where: 'home',
    watches: {
      of: {
        average: { of: 'posthorn', metric: 'PromptLatency', statistic: 'Average' },
        delivered: { of: 'posthorn', metric: 'PromptLatency', statistic: 'SampleCount' },
      },
      expression: ({ floors }) => `IF(FILL(delivered, 0) >= ${floors.deliveries}, average, 0)`,
    },
    periodMinutes: 15,
    periods: ONCE,
    comparison: '>',
    threshold: 5000,
    because:
      'milliseconds. A healthy delivery takes well under a second, so this is queues that wait, or slow endpoints in great number. Of fewer deliveries than the floor, one endpoint makes the average',
    missing: 'good',
    missingBecause: 'nothing was delivered by its first attempt; SuccessLow tells of that',
    runbook: 'Deliveries take long',
    says: 'Deliveries that waited for nothing of their endpoint take too long on average: see whether queues or endpoints are slow.',
  },
  TargetFailing: {
    severity: 'ticket',
    // `assess` mails the names to those who get tickets, once for each endpoint. An alarm can't name them.
    rings: 'other',
    where: 'home',
    watches: { of: 'posthorn', metric: 'TargetsFailing', statistic: 'Maximum' },
    periodMinutes: 15,
    periods: ONCE,
    comparison: '≥',
    threshold: 1,
    because:
      'a target counts only after enough attempts: see lambdas/alerting/. It is judged every 5 minutes',
    missing: 'good',
    missingBecause: 'it is emitted only while targets fail',
    runbook: 'A target is failing',
    says: 'More than a tenth of the attempts to at least one target fail: the log line “target failing” and a mail name it.',
  },

  OldestEvents: oldest('events', {
    severity: 'page',
    rings: 'Engine',
    where: 'home',
    says: 'Events wait too long to become deliveries: see whether fanout fails, is throttled, or has too much to do.',
  }),
  OldestCritical: oldest('critical', {
    severity: 'page',
    rings: 'Engine',
    where: 'each region',
    says: 'Deliveries of the critical lane wait too long: see whether dispatch fails, is throttled, or has too much to do.',
  }),
  OldestStandard: oldest('standard', {
    severity: 'page',
    rings: 'Engine',
    where: 'each region',
    says: 'Deliveries of the standard lane wait too long: see whether dispatch fails, is throttled, or has too much to do.',
  }),
  OldestSlow: oldest('slow', {
    severity: 'page',
    rings: 'Engine',
    where: 'each region',
    says: 'Retries and deliveries of slow endpoints wait too long: see whether dispatch fails, or endpoints hang in great number.',
  }),
  OldestBulk: oldest('bulk', {
    // What is in this lane can wait until the morning: its producers said so.
    severity: 'ticket',
    rings: 'itself',
    where: 'each region',
    says: 'Deliveries of the bulk lane wait too long: see whether dispatch fails, or one tenant floods.',
  }),
  OldestOutcomes: oldest('outcomes', {
    severity: 'page',
    rings: 'Engine',
    where: 'home',
    says: 'What became of deliveries is written to the log too late, so tenants see old states: see whether record fails or is throttled.',
  }),
  OldestReplays: oldest('replays', {
    severity: 'ticket',
    rings: 'itself',
    where: 'home',
    says: 'A page of a replay job waits too long: see whether replay fails.',
  }),
  DeadLettersLeft: {
    ...oldest('deadLetters', {
      // They are kept for ten days, and what keeps their writer from its work rings as a fault.
      severity: 'ticket',
      rings: 'itself',
      where: 'each region',
      because:
        'seconds, by the rule of queue-rules.ts: the dead-letter writer empties the queue at once. Many deliveries that expire at the same time take it some minutes',
      says: 'Messages stay in the dead-letter queue, which its writer should empty at once: see why the writer fails.',
    }),
    periodMinutes: 5,
    periods: { breaching: 3, of: 3 },
  },

  Quarantined: {
    severity: 'ticket',
    rings: 'itself',
    where: 'each region',
    // Moves into a queue are no sends, so they are seen as visible messages alone.
    watches: {
      of: 'queue',
      queue: 'quarantine',
      metric: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
    },
    periodMinutes: 5,
    periods: ONCE,
    comparison: '≥',
    threshold: 1,
    because: 'no message belongs there, and none leaves by itself. It is kept for 14 days',
    missing: 'good',
    missingBecause: 'SQS reports nothing of a queue that has been empty for hours',
    runbook: QUEUE_RULES.quarantine.runbook,
    says: 'Messages wait in the quarantine queue that no function could read or record: read them, and find the release that wrote them.',
  },
  LoopsStopped: never('LoopsStopped', {
    where: 'each region',
    because: 'the bounds are well above what can be needed, so only a bug reaches one',
    runbook: 'The loops alarm rings',
    says: 'Messages were given up that came back to their function more often than can be: the log line “loop stopped” says which kind.',
  }),
  AuditEntriesUnwritten: never('AuditEntriesUnwritten', {
    where: 'home',
    because: 'the trail lacks an entry for good, unless somebody keeps the log line',
    runbook: 'The audit alarm rings',
    says: 'A call changed something, and its audit entry could not be written: keep the log lines, which have the entries.',
  }),
  UnreadableItems: never('UnreadableItems', {
    where: 'each region',
    because: 'items are checked when they are written, so one that can’t be read was damaged',
    runbook: 'An item of a table cannot be read',
    says: 'Items of tables could not be read and were skipped: the log line “item skipped” names table, key and what was expected.',
  }),
  Recovered: never('Recovered', {
    where: 'home',
    because: 'nothing should be lost. What was lost is delivered late by now, so it can wait for the morning',
    runbook: 'Deliveries were lost and sent again',
    says: 'Recovery found lost deliveries and sent them again: see what failed at the time of their events.',
  }),

  Faults: {
    severity: 'page',
    rings: 'Engine',
    where: 'each region',
    watches: orZero({ of: 'posthorn', metric: 'Faults', statistic: 'Sum' }),
    periodMinutes: 5,
    periods: { breaching: 3, of: 3 },
    comparison: '≥',
    threshold: 10,
    because:
      'a poisonous message fails once or twice in five minutes, and five times in all. A service that fails for some minutes is outlived by messages that come back. If ten fail in each of three periods, nothing mends itself',
    missing: 'good',
    missingBecause: 'it is counted only when a message fails',
    runbook: 'Messages fail for a reason of ours',
    says: 'Messages keep failing for a reason of our own: the functions’ warnings say which part does not answer.',
  },
  FunctionErrors: {
    severity: 'page',
    rings: 'Engine',
    where: 'each region',
    watches: orZero({ of: 'filter', metric: 'FunctionErrors', statistic: 'Sum' }),
    periodMinutes: 5,
    periods: { breaching: 2, of: 2 },
    comparison: '≥',
    threshold: 5,
    because:
      'our functions catch what they expect, so a failed invocation is a crash, a time limit or a bad release. A message that crashes its function does so once or twice in five minutes',
    missing: 'good',
    missingBecause: 'it is counted only when an invocation fails',
    runbook: 'Functions fail',
    says: 'Invocations of functions behind queues and schedules fail: Lambda’s own lines in their logs say how.',
  },
  Throttled: {
    severity: 'page',
    rings: 'Engine',
    where: 'each region',
    // Of the whole account: no function of ours has a concurrency of its own, so ours are throttled when the account’s pool is
    // used up, by whomever.
    watches: orZero({ of: 'lambda', metric: 'Throttles', statistic: 'Sum' }),
    periodMinutes: 5,
    periods: { breaching: 3, of: 3 },
    comparison: '≥',
    threshold: 10,
    because:
      'Lambda repeats a throttled batch by itself, so a burst harms nothing; a quarter of an hour of it does, since five throttled receives make a dead letter. In an account with functions that reserve concurrency, their throttles count as well: raise this, or turn it off',
    missing: 'good',
    missingBecause: 'Lambda reports nothing of minutes without invocations',
    runbook: 'DynamoDB or Lambda throttles',
    says: 'Lambda throttles functions of this account: see which use up the concurrency, and ask AWS for more.',
  },
  ConcurrencyNearLimit: {
    // Nothing fails yet, and AWS takes its time to raise a quota. If the limit is reached, Throttled rings.
    severity: 'ticket',
    rings: 'itself',
    where: 'each region',
    watches: {
      of: { claimed: { of: 'lambda', metric: 'ClaimedAccountConcurrency', statistic: 'Maximum' } },
      expression: ({ accountConcurrency }) => `100 * claimed / ${accountConcurrency}`,
    },
    periodMinutes: 5,
    periods: { breaching: 3, of: 3 },
    comparison: '≥',
    threshold: 80,
    because:
      'per cent of the setting accountConcurrency. A fifth is left for the time that AWS takes to give more',
    missing: 'good',
    missingBecause: 'Lambda reports nothing of minutes without invocations',
    runbook: 'Concurrency is near the limit',
    says: 'Functions of this account take most of the invocations that may run at once: ask AWS for more before they are throttled.',
  },
  ApiErrors: {
    severity: 'page',
    // Not with the engine: producers see it, and it must ring also while the engine is known to have a problem.
    rings: 'itself',
    where: 'home',
    watches: {
      of: {
        all: { of: 'api', metric: '5xx', statistic: 'Sum' },
        relayed: { of: 'posthorn', metric: 'RelayedFailures', statistic: 'Sum' },
      },
      expression: () => 'FILL(all, 0) - FILL(relayed, 0)',
    },
    periodMinutes: 5,
    periods: { breaching: 2, of: 2 },
    comparison: '≥',
    threshold: 5,
    because:
      'a count, since of 3 requests at night one error is a third. Producers repeat what got no 202, so a failure of minutes loses nothing',
    missing: 'good',
    missingBecause: 'nobody called the API',
    runbook: 'The API answers errors',
    says: 'The API answers with errors of ours: GET /health says which part does not answer.',
  },
  ReleaseLate: {
    severity: 'page',
    rings: 'Engine',
    where: 'home',
    // The least of five runs: in none of them was release on time.
    watches: { of: 'posthorn', metric: 'ReleaseLag', statistic: 'Minimum' },
    periodMinutes: 5,
    periods: { breaching: 2, of: 2 },
    comparison: '>',
    threshold: 120_000,
    because:
      'milliseconds. A run that is late by two minutes is caught up by the next, which sends four minutes’ worth; ten minutes of it are not',
    missing: 'bad',
    missingBecause:
      'release runs every minute and says each time how late it is, so silence means that it does not run',
    runbook: 'Parked deliveries are late',
    says: 'Retries and other parked deliveries are released late, or not at all: see whether release runs and how far it has come.',
  },

  SourceWaits: {
    // What fails there is a fault or a failed invocation, which pages. What only waits is more than the source’s concurrency takes.
    severity: 'ticket',
    rings: 'itself',
    where: 'sources',
    eachOf: ['sqs', 'eventBridge'],
    watches: { of: 'source queue', metric: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum' },
    periodMinutes: 1,
    periods: { breaching: 3, of: 3 },
    comparison: '≥',
    threshold: QUEUE_RULES.events.tooOld,
    because:
      'seconds, as for the events queue: a message that failed comes back after three minutes, and after three receives SQS leaves it out of the age',
    missing: 'good',
    missingBecause: 'SQS reports nothing of a queue that has been empty for hours',
    runbook: 'Records of a source wait',
    says: 'Records of a source wait too long to become events: see whether its function fails, or its concurrency is too small.',
  },
  SourceDeadLettersLeft: {
    severity: 'ticket',
    rings: 'itself',
    where: 'sources',
    // Moves into a queue are no sends, so they are seen as visible messages alone.
    watches: {
      of: 'source dead letters',
      metric: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
    },
    periodMinutes: 5,
    periods: ONCE,
    comparison: '≥',
    threshold: 1,
    because: 'nothing empties the queue but a person, and it keeps records for 14 days',
    missing: 'good',
    missingBecause: 'SQS reports nothing of a queue that has been empty for hours',
    runbook: 'Records of a source are given up',
    says: 'Records of sources were given up after many tries: see what fails on them, and move them back to their queues.',
  },
  LogsFailing: {
    severity: 'ticket',
    rings: 'itself',
    where: 'sources',
    eachOf: ['logs'],
    watches: {
      of: {
        dropped: { of: 'source function', metric: 'AsyncEventsDropped', statistic: 'Sum' },
        undelivered: { of: 'source function', metric: 'DestinationDeliveryFailures', statistic: 'Sum' },
      },
      expression: () => 'FILL(dropped, 0) + FILL(undelivered, 0)',
    },
    periodMinutes: 60,
    periods: ONCE,
    comparison: '≥',
    threshold: 1,
    because:
      'a batch of lines is counted after its third failure, or after six hours. An hour, so that what goes on and on rings once',
    missing: 'good',
    missingBecause: 'Lambda counts them only when it happens',
    runbook: 'Records of a source wait',
    says: 'Lines of log groups could not be published, and come again for a day: see why the source’s function fails.',
  },
  TopicBehind: {
    severity: 'ticket',
    rings: 'itself',
    where: 'sources',
    eachOf: ['kafka'],
    watches: { of: 'source function', metric: 'OffsetLag', statistic: 'Maximum' },
    periodMinutes: 5,
    // Lambda adds pollers within three minutes. What they can't catch up with in this time needs a person.
    periods: { breaching: 3, of: 3 },
    comparison: '>',
    threshold: 10_000,
    because: 'records: some minutes of a busy topic. A source’s `lagAlarm` takes its place',
    missing: 'good',
    missingBecause: 'Lambda reports no lag while nobody writes to the topic',
    runbook: 'A topic falls behind',
    says: 'A topic is read more slowly than it is written: see what Lambda says of its mapping, and whether the function fails.',
  },
} as const satisfies Record<string, AlarmRow>;

export type AlarmName = keyof typeof ALARMS;

export const ALARM_NAMES = Object.keys(ALARMS) as AlarmName[];

/** An alarm's name in CloudWatch, which runbooks and releases name. @param id see ActiveAlarm */
export const alarmName = (environment: string, id: string): string => `posthorn-${environment}-${id}`;

/** The composite alarm: one ring for all that one cause of ours sets off. */
export const ENGINE = {
  name: 'Engine',
  runbook: 'The engine alarm rings',
  says: 'Posthorn itself does not work as it should, and deliveries are late: the alarms under this one say where to begin.',
} as const;
