import type { Answer } from '../api/types.ts';
import { countOf } from './numbers.ts';

/** A job that sends deliveries again, or purges dead letters. */
export type Job = Answer<'/v1/replays/{id}'>;

type Doing = Pick<Job, 'action' | 'deliveries'>;

/** What a job does: `Send dead letters again`. */
export function jobTitle({ action, deliveries }: Doing): string {
  if (action === 'purge') return 'Purge dead letters';
  return {
    event: 'Send an event again',
    dead: 'Send dead letters again',
    waiting: 'Try waiting deliveries now',
    all: 'Send all events of a span',
  }[deliveries];
}

/** What a job has done to the deliveries that it did not skip: `12 sent`. */
export const doneText = ({ action, sent, purged }: Pick<Job, 'action' | 'sent' | 'purged'>): string =>
  action === 'purge' ? countOf(purged, 'purged', 'purged') : countOf(sent, 'sent', 'sent');

type Progress = Pick<Job, 'state' | 'from' | 'to' | 'reachedAt' | 'createdAt'>;

/**
 * How much of its span a job has done, from 0 to 1. Jobs go from the oldest event to the newest, and nobody counts
 * beforehand what there is, so the time that it has reached stands for its progress.
 * @returns undefined where that is not known: the span has no beginning, or the job has not begun
 */
export function shareDone({ state, from, to, reachedAt, createdAt }: Progress): number | undefined {
  if (state === 'completed') return 1;
  if (from === undefined || reachedAt === undefined) return undefined;
  const [start, end, reached] = [from, to ?? createdAt, reachedAt].map((time) => Date.parse(time));
  return end! > start! ? Math.min(1, Math.max(0, (reached! - start!) / (end! - start!))) : undefined;
}

const SKIPPED: Readonly<Record<string, string>> = {
  under_way: 'an attempt is under way',
  held: 'waiting for the endpoint, to follow as soon as it answers',
  not_waiting: 'not waiting any more',
  subscription_deleted: 'the subscription was deleted',
  subscription_paused: 'the subscription is paused: resume it first',
  target_deleted: 'the endpoint was deleted',
  target_disabled: 'the endpoint is disabled: enable it first',
  unreadable: 'the subscription or endpoint is damaged: ask the operator',
  payload_missing: 'the payload is no longer kept',
  event_expired: 'the event is no longer kept',
  not_found: 'nothing is known of it any more',
  not_dead: 'not a dead letter any more',
};

/** Why a delivery was not sent again, by a job or one by one: the end of `3 skipped: …`. */
export const skippedText = (reason: string): string => SKIPPED[reason] ?? reason.replaceAll('_', ' ');

const PROBLEMS: Readonly<Record<string, string>> = {
  filter_disabled: 'The subscription’s filter is switched off. Switch it on, and start again.',
  too_many_pages:
    'It had more to look at than one job may. Start another one from the time that it has reached.',
  infrastructure: 'A part of Posthorn kept failing. Start another one from the time that it has reached.',
};

/** Why a job failed. */
export const jobProblem = (problem: string): string =>
  PROBLEMS[problem] ?? (SKIPPED[problem] ? `It stopped: ${SKIPPED[problem]}.` : problem);
