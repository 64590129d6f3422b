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

/** As the API matches types: `*` is one segment and alone everything, `**` any number. Posthorn's own are named in the pattern. */
export function typeFits(pattern: string, type: string): boolean {
  if (type.startsWith(OWN) && !pattern.startsWith(OWN)) return false;
  return pattern === '*' || segmentsFit(pattern.split('.'), type.split('.'));
}

const OWN = 'posthorn.';

function segmentsFit([first, ...rest]: string[], segments: string[]): boolean {
  if (first === undefined) return segments.length === 0;
  if (first === '**')
    return (
      segmentsFit(rest, segments) || (segments.length > 0 && segmentsFit([first, ...rest], segments.slice(1)))
    );
  return (
    segments.length > 0 && (first === '*' || first === segments[0]) && segmentsFit(rest, segments.slice(1))
  );
}

function codeFits(wanted: string, code: number | undefined): boolean {
  if (wanted === 'none' || code === undefined) return wanted === 'none' && code === undefined;
  return wanted.endsWith('xx') ? String(code).startsWith(wanted.charAt(0)) : String(code) === wanted;
}
