import {
  type BreakdownView,
  DEFAULT_SPAN_MS,
  MAX_BREAKDOWN_MS,
  MAX_SPAN_MS,
  ROWS,
} from '../../api/metrics.ts';
import type { ROUTES } from '../../api/routes.ts';
import { eventTypeProblem } from '../../events/event-type.ts';
import { invalid } from '../../http/errors.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import { candidatesOf, failuresIn, type Part, partsOf, worstFirst } from '../../stats/breakdown.ts';
import type { Scope } from '../../stats/counter-keys.ts';
import { type Span, seriesOf, totalOf, widened } from '../../stats/series.ts';
import { valuesOf } from '../../stats/values.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { ManageDeps } from '../deps.ts';
import { boundedSpan, countedSpan } from '../lists/span.ts';
import type { Operation } from '../operation.ts';

type Deps = Pick<ManageDeps, 'stats' | 'targets'>;

/** Targets whose counters are read at once. */
const PARALLEL_TARGETS = 5;

/** Values of the tenant, a target or an event type by minute, hour or day. */
export const getMetrics: Operation<(typeof ROUTES)['getMetrics']> = async (
  { stats },
  { tenant, query, make },
) => {
  const { interval = 'hour', targetId, eventType } = query;
  if (interval === 'minute' && eventType !== undefined) {
    throw invalid('expected hour or day: event types are counted by the hour', 'interval');
  }
  const scope = scopeOf(tenant, query);
  const limits = { most: MAX_SPAN_MS[interval], usual: DEFAULT_SPAN_MS[interval] };
  const span = widened(countedSpan(boundedSpan(query, make.now, limits), make.now), interval);
  const { add, series } = seriesOf(interval, span);
  await stats.readCounters(scope, span, interval, add);
  return {
    status: 200,
    body: {
      interval,
      ...inWords(span),
      ...(targetId !== undefined && { targetId }),
      ...(eventType !== undefined && { eventType }),
      total: valuesOf(series.total),
      series: series.points.map(({ at, tally }) => ({ at: rfc3339(at), ...valuesOf(tally) })),
    },
  };
};

/** What fails, by target, event type or error. */
export const getMetricsBreakdown: Operation<(typeof ROUTES)['getMetricsBreakdown']> = async (
  deps,
  { tenant, query, make },
) => {
  const { by, limit = ROWS.default } = query;
  for (const name of ['targetId', 'eventType'] as const) {
    if (by !== 'error' && query[name] !== undefined) throw invalid('expected only with by=error', name);
  }
  const limits = { most: MAX_BREAKDOWN_MS, usual: DEFAULT_SPAN_MS.hour };
  const span = widened(countedSpan(boundedSpan(query, make.now, limits), make.now), 'hour');
  const rows = await ROWS_BY[by](deps, scopeOf(tenant, query), span, limit);
  return { status: 200, body: { by, ...inWords(span), ...rows } };
};

type Rows = Pick<BreakdownView, 'items' | 'isComplete'>;

const ROWS_BY: Record<
  BreakdownView['by'],
  (deps: Deps, scope: Scope, span: Span, limit: number) => Promise<Rows>
> = {
  target: async (deps, { tenant }, span, limit) => {
    const { failing, isComplete } = await deps.stats.readFailing(tenant, span);
    // One more tells whether there are more.
    const others = await deps.targets.list(tenant, { limit: limit + 1, after: undefined });
    const ids = others.map(({ id }) => id);
    const { targets, isAll } = candidatesOf(failing, ids, limit);
    const parts = await inParallel(targets, PARALLEL_TARGETS, async (target): Promise<Part> => {
      const { add, total } = totalOf(span);
      await deps.stats.readCounters({ kind: 'target', tenant, target }, span, 'hour', add);
      return { name: target, tally: total };
    });
    return { items: worstFirst(parts).map(rowOf), isComplete: isComplete && isAll };
  },
  eventType: async (deps, { tenant }, span, limit) => {
    const { add, parts } = partsOf(span);
    const { isComplete } = await deps.stats.readTypes(tenant, span, add);
    const worst = worstFirst(parts());
    return { items: worst.slice(0, limit).map(rowOf), isComplete: isComplete && worst.length <= limit };
  },
  error: async (deps, scope, span, limit) => {
    const { add, total } = totalOf(span);
    await deps.stats.readCounters(scope, span, 'hour', add);
    const failures = failuresIn(total);
    return { items: failures.slice(0, limit), isComplete: failures.length <= limit };
  },
};

const rowOf = ({ name, tally }: Part): Rows['items'][number] => ({
  name: name ?? null,
  failedAttempts: tally.counts.failedAttempts,
  values: valuesOf(tally),
});

/** What a query asks about. @throws ApiError that names the wrong parameter */
export function scopeOf(
  tenant: string,
  { targetId, eventType }: { targetId?: string | undefined; eventType?: string | undefined },
): Scope {
  if (targetId !== undefined && eventType !== undefined) {
    throw invalid('expected either targetId or eventType', 'eventType');
  }
  if (targetId !== undefined) return { kind: 'target', tenant, target: targetId };
  if (eventType === undefined) return { kind: 'tenant', tenant };
  const problem = eventTypeProblem(eventType);
  if (problem) throw invalid(problem, 'eventType');
  return { kind: 'type', tenant, type: eventType };
}

const inWords = ({ from, to }: Span) => ({
  from: rfc3339(from),
  to: rfc3339(to),
});
