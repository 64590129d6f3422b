import { fits as patternFits } from '../event-patterns.ts';

/** Whether an outcome belongs to a list, as far as the live channel says enough of it. */

export interface ListFilters {
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly targetId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly statusCode?: string | undefined;
  /** With an end the list has nothing new. */
  readonly to?: string | undefined;
}

/** Of what the live channel says of an outcome. */
export interface Outcome {
  readonly type: string;
  readonly targetId: string;
  readonly subscriptionId: string;
  readonly status: string;
  readonly statusCode?: number;
  readonly reason?: string;
}

export function fits(outcome: Outcome, filters: ListFilters): boolean {
  const { status, reason, targetId, subscriptionId, eventType, statusCode, to } = filters;
  return (
    to === undefined &&
    (!status || status.split(',').includes(outcome.status)) &&
    (!reason || outcome.reason === reason) &&
    (!targetId || outcome.targetId === targetId) &&
    (!subscriptionId || outcome.subscriptionId === subscriptionId) &&
    (!eventType || typeFits(eventType, outcome.type)) &&
    (!statusCode || codeFits(statusCode, outcome.statusCode))
  );
}

/** Of the list's filter, in which `*` alone is everything. */
export const typeFits = (pattern: string, type: string): boolean =>
  patternFits(pattern === '*' ? '**' : pattern, type);

function codeFits(wanted: string, code: number | undefined): boolean {
  if (wanted === 'none' || code === undefined) return wanted === 'none' && code === undefined;
  return wanted.endsWith('xx') ? String(code).startsWith(wanted.charAt(0)) : String(code) === wanted;
}
