import { invalid } from '../../http/errors.ts';
import { KEPT_DAYS } from '../../stats/counter-keys.ts';
import type { Span } from '../../stats/series.ts';

const DAY_MS = 24 * 3_600_000;

/** A span of time, in milliseconds since the epoch: from the one, and before the other. Either end may be open. */
export interface OpenSpan {
  readonly from?: number;
  readonly to?: number;
}

export interface SpanQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The times of a query. */
export const timesOf = ({ from, to }: SpanQuery): OpenSpan => ({
  ...(from !== undefined && { from: Date.parse(from) }),
  ...(to !== undefined && { to: Date.parse(to) }),
});

/** @throws ApiError when the span ends before it begins */
function inOrder<S extends OpenSpan>(span: S, expected: string): S {
  const { from, to } = span;
  if (from !== undefined && to !== undefined && from > to) throw invalid(expected, 'from');
  return span;
}

/** The span that a query asks for. @throws ApiError that names the wrong parameter */
export const askedSpan = (query: SpanQuery): OpenSpan =>
  inOrder(timesOf(query), 'expected a time before `to`');

/** The part of a span up to now. @throws ApiError when there is none */
export const pastSpan = <S extends OpenSpan>(span: S, now: number): S & Pick<Span, 'to'> =>
  inOrder({ ...span, to: Math.min(span.to ?? now, now) }, 'expected a time in the past, and before `to`');

export interface SpanLimits {
  /** The longest span, in milliseconds. */
  readonly most: number;
  /** Its length when `from` is left out. */
  readonly usual: number;
}

/**
 * The span that a query asks for, with both ends. `from` has to be before `to`, and `to` may be in the future.
 * @throws ApiError that names the wrong parameter
 */
export function boundedSpan(query: SpanQuery, now: number, { most, usual }: SpanLimits): Span {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = query.from === undefined ? to - usual : Date.parse(query.from);
  if (from > to) {
    const isToCome = query.to === undefined;
    throw invalid(isToCome ? 'expected a time that has passed' : 'expected a time before `to`', 'from');
  }
  if (to - from <= most) return { from, to };
  const days = most / DAY_MS;
  throw invalid(`expected a time at most ${days} ${days === 1 ? 'day' : 'days'} before \`to\``, 'from');
}

/**
 * The part of a span for which there are counters: what is to come is cut off.
 * @throws ApiError where there are none
 */
export function countedSpan(span: Span, now: number): Span {
  if (span.from > now) throw invalid('expected a time that has passed', 'from');
  if (span.from < now - KEPT_DAYS * DAY_MS) {
    throw invalid(`expected a time within the last ${KEPT_DAYS} days: counters are kept so long`, 'from');
  }
  // A span of no length is that of the interval that it lies in.
  return { from: span.from, to: Math.max(Math.min(span.to, now), span.from + 1) };
}
