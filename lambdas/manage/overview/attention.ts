import { queueRuleOf } from '../../delivery/queues/queue-rules.ts';
import type { DrainSchedule } from '../../hold-queue/drain-schedule-store.ts';
import type { QueueState } from './queue-states.ts';

/** What an operator should look at. */
export interface Attention {
  /** One sentence. */
  readonly text: string;
  /** The heading of docs/runbook.md that says what to do. */
  readonly runbook: string;
}

/** What is known of release. Milliseconds since the epoch. */
interface ReleaseState {
  /** All that is due before has been sent; undefined before the first run. */
  readonly sentUpTo: number | undefined;
}

/** What is known of recovery. Milliseconds since the epoch. */
export interface RecoveryState {
  readonly isRunning: boolean;
  /** When the last run ended; undefined while one runs, and before the first. */
  readonly endedAt: number | undefined;
  /** Its first look has seen all events that were accepted before; undefined before the first run. */
  readonly checkedUpTo: number | undefined;
}

export interface Overview {
  readonly queues: readonly QueueState[];
  readonly holdQueues: DrainSchedule;
  readonly release: ReleaseState;
  readonly recovery: RecoveryState;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A drain message that is lost is sent again after one or two minutes. */
const DRAIN_LATE_MS = 5 * MINUTE_MS;

/** It runs every 15 minutes, and for 14 at most: two runs in a row are missing. */
const RECOVERY_LATE_MS = 45 * MINUTE_MS;

/** Its first look comes an hour or two after an event. It waits while a queue is full. */
const CHECK_LATE_MS = 4 * HOUR_MS;

/**
 * What an operator should look at, the most urgent first; nothing in ordinary times.
 * @param now milliseconds since the epoch
 */
export function attentionOf({ queues, holdQueues, release, recovery }: Overview, now: number): Attention[] {
  return [
    ...queues.flatMap(unanswering),
    ...queues.flatMap(leftOver),
    ...queues.flatMap(heldBack),
    ...lateRelease(release, now),
    ...lateRecovery(recovery, now),
    ...lateDrains(holdQueues, now),
  ];
}

const nameOf = ({ name, region }: QueueState): string =>
  `${queueRuleOf(name)?.label ?? `queue ${name}`} of ${region}`;

const unanswering = (queue: QueueState): Attention[] =>
  queue.counts ? [] : [{ text: `The ${nameOf(queue)} does not answer.`, runbook: 'A region fails' }];

/** Messages that nobody takes: there should be none. */
function leftOver(queue: QueueState): Attention[] {
  const { counts, oldestSeconds, name } = queue;
  const rule = queueRuleOf(name);
  const count = counts ? counts.waiting + counts.inFlight : 0;
  const isPassingBy = oldestSeconds !== undefined && rule !== undefined && oldestSeconds < rule.tooOld;
  if (!rule?.isLast || count === 0 || isPassingBy) return [];
  const age = oldestSeconds === undefined ? '' : `, the oldest for ${duration(oldestSeconds)}`;
  return [{ text: `${messages(count)} in the ${nameOf(queue)}${age}.`, runbook: rule.runbook }];
}

function heldBack(queue: QueueState): Attention[] {
  const { oldestSeconds, name } = queue;
  const rule = queueRuleOf(name);
  if (!rule || rule.isLast || oldestSeconds === undefined || oldestSeconds < rule.tooOld) return [];
  const text = `The oldest message of the ${nameOf(queue)} has waited ${duration(oldestSeconds)}.`;
  return [{ text, runbook: rule.runbook }];
}

function lateRelease({ sentUpTo }: ReleaseState, now: number): Attention[] {
  const runbook = 'Parked deliveries are late';
  if (sentUpTo === undefined) return [{ text: 'Release has not run yet; it runs every minute.', runbook }];
  // It looks two minutes ahead, so it has missed as many runs when it is behind.
  if (sentUpTo >= now) return [];
  const text = `Release is behind: parked deliveries are late by up to ${duration((now - sentUpTo) / 1000)}.`;
  return [{ text, runbook }];
}

function lateRecovery({ isRunning, endedAt, checkedUpTo }: RecoveryState, now: number): Attention[] {
  const runbook = 'Deliveries were lost and sent again';
  if (!isRunning && endedAt === undefined)
    return [{ text: 'Recovery has not run yet; it runs every 15 minutes.', runbook }];
  if (endedAt !== undefined && now - endedAt > RECOVERY_LATE_MS) {
    const text = `Recovery has not run for ${duration((now - endedAt) / 1000)}; it should every 15 minutes.`;
    return [{ text, runbook }];
  }
  if (checkedUpTo === undefined || now - checkedUpTo <= CHECK_LATE_MS) return [];
  const text = `Recovery has not looked at the events of the last ${duration((now - checkedUpTo) / 1000)}.`;
  return [{ text, runbook }];
}

function lateDrains({ firstAt }: DrainSchedule, now: number): Attention[] {
  if (firstAt === undefined || now - firstAt <= DRAIN_LATE_MS) return [];
  const text = `A hold queue should have been drained ${duration((now - firstAt) / 1000)} ago.`;
  return [{ text, runbook: 'A hold queue does not drain' }];
}

const messages = (count: number): string => (count === 1 ? '1 message is' : `${count} messages are`);

/** Roughly, in the largest unit that gives two or more. */
function duration(seconds: number): string {
  const [size, unit] = UNITS.find(([length]) => seconds >= 2 * length) ?? ([1, 'second'] as const);
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const UNITS = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const;
