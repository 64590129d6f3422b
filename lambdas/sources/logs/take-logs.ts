import { type Read, refused, sizeProblem, wrong } from '../../publishing/event-checks.ts';
import { chunksOf } from '../../values/chunks.ts';
import type { SourceRecord } from '../publish-records.ts';
import { tenantOf } from './line-tenant.ts';
import { filterNameOf, isOwnLogGroup, type LogsRules } from './logs-source.ts';
import { type LineRead, readLine } from './read-line.ts';
import { type LogEvent, type LogLines, readLogData } from './subscription-data.ts';

export interface TakeLogsDeps {
  readonly environment: string;
  readonly source: LogsRules;
  /** Publishes or quarantines records. @returns indices of those that have to come again */
  publish(records: readonly SourceRecord[]): Promise<readonly number[]>;
  /** Tells of lines that the environment itself has written. */
  ownLines(logGroup: string): void;
}

/** Records published at once: a function holds the events of one such part in memory, beside the lines. */
const PART = 1000;

/**
 * Publishes the lines that CloudWatch Logs hands over, each of them once however often it comes.
 * @returns how many have to come again, for a reason of our own
 */
export async function takeLogs(deps: TakeLogsDeps, event: unknown): Promise<number> {
  const data = readLogData(event);
  if (data.kind === 'control') return 0;
  if (data.kind === 'unreadable') return publishAll(deps, [unread(event, data.problem)]);
  const { lines } = data;
  // No deployment makes a filter on such a group. A person may have. Nothing is logged of it line by line.
  if (isOwnLogGroup(deps.environment, lines.logGroup)) {
    deps.ownLines(lines.logGroup);
    return 0;
  }
  const filter = filterNameOf(deps.environment, deps.source.name);
  if (lines.subscriptionFilters.includes(filter)) return publishAll(deps, recordsOf(deps.source, lines));
  return publishAll(deps, [unread(event, `expected lines of the filter ${filter}`)]);
}

async function publishAll({ publish }: TakeLogsDeps, records: readonly SourceRecord[]): Promise<number> {
  let again = 0;
  for (const part of chunksOf(records, PART)) again += (await publish(part)).length;
  return again;
}

const recordsOf = (source: LogsRules, lines: LogLines): SourceRecord[] =>
  lines.logEvents.flatMap((line) => {
    const read = readLine(source, lines, line);
    return read ? [recordOf(source, lines, line, read)] : [];
  });

function recordOf(
  { tenant }: LogsRules,
  { owner, logGroup, logStream }: LogLines,
  line: LogEvent,
  { event, json }: LineRead,
): SourceRecord {
  return {
    tenant: tenantOf(tenant, logGroup, json),
    event(maxBytes) {
      const problem = sizeProblem(event.body, maxBytes, undefined);
      return problem ? refused(problem) : { ok: true, value: event };
    },
    at: `${logGroup}:${logStream}:${line.id}`,
    raw: () => JSON.stringify({ owner, logGroup, logStream, ...line }),
  };
}

/** All that the function was invoked with, which nobody can publish. */
function unread(event: unknown, problem: string): SourceRecord {
  const refusal: Read<never> = wrong(problem);
  return { tenant: refusal, event: () => refusal, at: 'a batch', raw: () => JSON.stringify(event) };
}
