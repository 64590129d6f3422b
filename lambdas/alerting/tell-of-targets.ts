import { failingAlert } from '../notifications/alert-texts.ts';
import type { Notifier } from '../notifications/notify.ts';
import { type Subject, shareOf, targetFailing, targetHealthy } from '../notifications/operational-events.ts';
import { warn } from '../platform/log.ts';
import { about, type LogFields } from '../platform/log-fields.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import { refName, type TargetRef } from '../values/target-ref.ts';
import type { Known } from './failing-targets-store.ts';
import type { Ended } from './judge-targets.ts';

export interface TellDeps {
  readonly notifier: Notifier;
}

/** What is told of targets, by `refName`. */
export type Subjects = ReadonlyMap<string, Subject>;

interface Changes {
  /** These have begun to fail. */
  readonly begun: readonly Known[];
  /** These are well again. */
  readonly past: readonly Ended[];
  /** These count as failing no more, because they get nothing any more. */
  readonly gone: readonly Known[];
}

/**
 * Notifies tenants by operational events, and the operator by a line for each target, and by one mail for all that have begun
 * to fail.
 * @throws SendError when a tenant could not be notified
 */
export async function tellOfTargets(
  { notifier }: TellDeps,
  { begun, past, gone }: Changes,
  subjects: Subjects,
): Promise<void> {
  const subjectOf = (ref: TargetRef): Subject => subjects.get(refName(ref))!;
  const ofTenants = <T extends Known>(all: readonly T[]): T[] => all.filter(({ forTenant }) => forTenant);
  await notifier.notifyTenant([
    ...ofTenants(begun).map((one) => targetFailing(subjectOf(one), one)),
    ...ofTenants(past).map((one) => targetHealthy(subjectOf(one), one.since, one.over)),
  ]);
  for (const one of begun) warn('target failing', { ...about(one), ...beginning(one) });
  for (const one of past) warn('target failing no more', { ...about(one), ...ending(one, one.over.end) });
  for (const one of gone) warn('target failing no more', { ...about(one), ...ending(one, 'gone') });
  if (begun.length > 0) {
    await notifier.notifyOperator(failingAlert(begun.map((one) => ({ ...one, ...subjectOf(one) }))));
  }
}

const beginning = (one: Known): LogFields => ({
  since: rfc3339(one.since),
  attempts: one.attempts,
  failedAttempts: one.failedAttempts,
  share: shareOf(one),
  failures: one.failures.map(({ name, failedAttempts }) => `${name} ${failedAttempts}`).join(', '),
});

/** @param end why: as the tenant is notified, or `gone` where the target was disabled, switched off or deleted */
const ending = (one: Known, end: string): LogFields => ({ since: rfc3339(one.since), end });
