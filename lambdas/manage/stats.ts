import { requireEnv } from '../adapters/env.ts';
import { invalid } from '../adapters/http.ts';
import { readStats } from '../adapters/stats-store.ts';
import { tenantOf } from '../api-context.ts';
import { ulidOf } from '../domain/ids.ts';
import { hourOf, reportStats } from '../domain/stats-report.ts';
import { type Answer, type ManageRequest, refuseUnknownParameters } from './request.ts';

const logTable = requireEnv('LOG_TABLE');

const DAY_MS = 24 * 3600 * 1000;
/** By the minute, a span beyond this would be more points than a chart can show. */
const MAX_SPAN_MS = { hour: 31 * DAY_MS, minute: DAY_MS };

/** Counters of the tenant, or of one of its targets: `?targetId=&from=&to=&interval=hour|minute`. */
export async function getStats(request: ManageRequest): Promise<Answer> {
  const query = request.queryStringParameters ?? {};
  refuseUnknownParameters(request, ['targetId', 'from', 'to', 'interval']);
  const targetId = query.targetId;
  if (targetId !== undefined && !ulidOf('tgt', targetId)) throw invalid("expected a target's id", 'targetId');
  const interval = intervalOf(query.interval);
  const to = timeOf(query.to, 'to', Date.now());
  const from = timeOf(query.from, 'from', Date.parse(to) - DAY_MS);
  const span = Date.parse(to) - Date.parse(from);
  if (span < 0 || span > MAX_SPAN_MS[interval]) {
    const days = MAX_SPAN_MS[interval] / DAY_MS;
    throw invalid(`expected a time at most ${days} days before \`to\``, 'from');
  }
  const hours = await readStats(logTable, tenantOf(request), targetId, hourOf(from), hourOf(to));
  return { status: 200, body: reportStats(hours, interval, from, to) };
}

function intervalOf(text: string | undefined): 'hour' | 'minute' {
  if (text === undefined || text === 'hour') return 'hour';
  if (text === 'minute') return 'minute';
  throw invalid('expected hour or minute', 'interval');
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function timeOf(text: string | undefined, field: string, fallback: number): string {
  if (text === undefined) return new Date(fallback).toISOString();
  const time = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw invalid('expected a time in RFC 3339, such as 2026-01-31T12:00:00Z', field);
  return new Date(time).toISOString();
}
