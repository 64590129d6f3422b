import type { LiveOutcome } from '../../client/live/frame.ts';
import { eventPatternProblem } from '../../lambdas/events/event-type.ts';
import { typeMatcher } from '../../lambdas/events/type-index.ts';
import { UsageError } from '../failure.ts';

/** Which outcomes are shown. Pure. */

const STATUSES = ['delivered', 'retrying', 'parked', 'dead', 'queued', 'attempting'] as const;

export interface Wanted {
  readonly statuses?: readonly string[] | undefined;
  readonly events?: readonly string[] | undefined;
  readonly targetId?: string | undefined;
  readonly subscriptionId?: string | undefined;
}

/** `a,b` and `a b` alike. */
const listed = (values: unknown): string[] | undefined =>
  values === undefined
    ? undefined
    : (values as readonly string[]).flatMap((one) => one.split(',')).map((one) => one.trim());

/** @throws UsageError */
export function eventPatterns(values: unknown): string[] | undefined {
  const patterns = listed(values);
  for (const pattern of patterns ?? []) {
    const problem = eventPatternProblem(pattern);
    if (problem !== undefined) throw new UsageError(`--events ${JSON.stringify(pattern)}: ${problem}`);
  }
  return patterns;
}

/** @throws UsageError */
export function statusesOf(values: unknown): string[] | undefined {
  const statuses = listed(values);
  const wrong = statuses?.find((one) => !(STATUSES as readonly string[]).includes(one));
  if (wrong === undefined) return statuses;
  throw new UsageError(`--status: expected any of ${STATUSES.join(', ')}, got ${JSON.stringify(wrong)}`);
}

export function isWanted({
  statuses,
  events,
  targetId,
  subscriptionId,
}: Wanted): (one: LiveOutcome) => boolean {
  const fits = events && typeMatcher(events);
  return (one) =>
    (statuses?.includes(one.status) ?? true) &&
    (fits?.(one.type) ?? true) &&
    (targetId === undefined || one.targetId === targetId) &&
    (subscriptionId === undefined || one.subscriptionId === subscriptionId);
}
