import { describe, expect, it } from 'vitest';
import { attentionOf, type Overview } from '../../../../lambdas/manage/overview/attention.ts';
import type { QueueState } from '../../../../lambdas/manage/overview/queue-states.ts';
import { NOW } from '../../../builders/manage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const well: Overview = {
  queues: [],
  holdQueues: { count: 0, isCut: false, firstAt: undefined },
  release: { sentUpTo: NOW + 2 * MINUTE },
  recovery: { isRunning: false, endedAt: NOW - 10 * MINUTE, checkedUpTo: NOW - 90 * MINUTE },
};

const queue = (name: string, waiting: number, oldestSeconds?: number, inFlight = 0): QueueState => ({
  name,
  region: 'us-east-1',
  counts: { waiting, inFlight, delayed: 5 },
  oldestSeconds,
});

const silent: QueueState = { name: 'slow', region: 'eu-west-1', counts: undefined, oldestSeconds: undefined };

const DRAIN = 'A hold queue does not drain';
const LATE = 'Parked deliveries are late';
const LOST = 'Deliveries were lost and sent again';

describe('attention is called (A17)', () => {
  it.each<[string, Partial<Overview>, string, string]>([
    [
      'to a queue that does not answer',
      { queues: [silent] },
      'The slow lane of eu-west-1 does not answer.',
      'A region fails',
    ],
    [
      'to any message in quarantine',
      { queues: [queue('quarantine', 1)] },
      '1 message is in the quarantine of us-east-1.',
      'The quarantine alarm rings',
    ],
    [
      'to one in quarantine that somebody reads just now',
      { queues: [queue('quarantine', 2, 190, 1)] },
      '3 messages are in the quarantine of us-east-1, the oldest for 3 minutes.',
      'The quarantine alarm rings',
    ],
    [
      'to a message that stays with the dead letters',
      { queues: [queue('deadLetters', 4, 120)] },
      '4 messages are in the dead-letter queue of us-east-1, the oldest for 2 minutes.',
      'A dead-letter queue fills',
    ],
    [
      'to one there of unknown age',
      { queues: [queue('deadLetters', 1)] },
      '1 message is in the dead-letter queue of us-east-1.',
      'A dead-letter queue fills',
    ],
    [
      'to an old event',
      { queues: [queue('events', 1, 600)] },
      'The oldest message of the events queue of us-east-1 has waited 10 minutes.',
      'The events queue grows',
    ],
    [
      'to an old outcome',
      { queues: [queue('outcomes', 1, 7200)] },
      'The oldest message of the outcomes queue of us-east-1 has waited 2 hours.',
      'The outcomes queue grows',
    ],
    [
      'to an old delivery of a fast lane',
      { queues: [queue('critical', 1, 601)] },
      'The oldest message of the critical lane of us-east-1 has waited 10 minutes.',
      'A lane grows',
    ],
    [
      'to a very old one of the slow lane',
      { queues: [queue('slow', 1, 1800)] },
      'The oldest message of the slow lane of us-east-1 has waited 30 minutes.',
      'A lane grows',
    ],
    [
      'to an old page of a replay',
      { queues: [queue('replays', 1, 3 * 86_400)] },
      'The oldest message of the replays queue of us-east-1 has waited 3 days.',
      'A replay does not end',
    ],
    [
      'to release that has missed its runs',
      { release: { sentUpTo: NOW - 5 * MINUTE } },
      'Release is behind: parked deliveries are late by up to 5 minutes.',
      LATE,
    ],
    [
      'to release that has never run',
      { release: { sentUpTo: undefined } },
      'Release has not run yet; it runs every minute.',
      LATE,
    ],
    [
      'to recovery that has missed its runs',
      { recovery: { ...well.recovery, endedAt: NOW - 50 * MINUTE } },
      'Recovery has not run for 50 minutes; it should every 15 minutes.',
      LOST,
    ],
    [
      'to recovery that has never run',
      { recovery: { isRunning: false, endedAt: undefined, checkedUpTo: undefined } },
      'Recovery has not run yet; it runs every 15 minutes.',
      LOST,
    ],
    [
      'to recovery that does not get on',
      { recovery: { ...well.recovery, checkedUpTo: NOW - 5 * HOUR } },
      'Recovery has not looked at the events of the last 5 hours.',
      LOST,
    ],
    [
      'to a drain that is late',
      { holdQueues: { count: 3, isCut: false, firstAt: NOW - 6 * MINUTE } },
      'A hold queue should have been drained 6 minutes ago.',
      DRAIN,
    ],
  ])('%s', (_, change, text, runbook) => {
    expect(attentionOf({ ...well, ...change }, NOW)).toEqual([{ text, runbook }]);
  });

  it.each<[string, Partial<Overview>]>([
    ['an environment that does well', {}],
    ['much that has not waited long', { queues: [queue('events', 9000, 599), queue('standard', 9000, 1)] }],
    ['retries that come with their delay', { queues: [queue('slow', 100, 1799), queue('bulk', 1, 1000)] }],
    ['messages of unknown age in a work queue', { queues: [queue('outcomes', 3)] }],
    ['an empty quarantine', { queues: [queue('quarantine', 0), queue('deadLetters', 0)] }],
    ['a dead letter that passes by', { queues: [queue('deadLetters', 1, 119)] }],
    ['release that is a run behind', { release: { sentUpTo: NOW } }],
    ['recovery at work', { recovery: { ...well.recovery, isRunning: true, endedAt: undefined } }],
    ['recovery that has missed a run', { recovery: { ...well.recovery, endedAt: NOW - 45 * MINUTE } }],
    [
      'the very first run of recovery',
      { recovery: { isRunning: true, endedAt: undefined, checkedUpTo: undefined } },
    ],
    ['hold queues that wait', { holdQueues: { count: 1000, isCut: true, firstAt: NOW - 5 * MINUTE } }],
  ])('not to %s', (_, change) => {
    expect(attentionOf({ ...well, ...change }, NOW)).toEqual([]);
  });

  it('to the last queues before those that only grow', () => {
    const queues = [queue('events', 1, 600), queue('quarantine', 1, 1), silent];
    expect(attentionOf({ ...well, queues }, NOW).map(({ runbook }) => runbook)).toEqual([
      'A region fails',
      'The quarantine alarm rings',
      'The events queue grows',
    ]);
  });
});
