import { textOf } from '../../http/body.ts';
import { isObject } from '../../values/json.ts';
import {
  fieldOf,
  type NewEvent,
  type Problem,
  parseJson,
  type Read,
  refused,
  sizeProblem,
  sourceProblem,
  typeProblem,
  wrong,
} from '../event-checks.ts';
import { type Form, JSON_TYPE, list } from './form.ts';
import { lengthProblem } from './json-events.ts';
import { sliceElements } from './json-slice.ts';
import { levelMember, levelOf } from './log-level.ts';
import { isLogTime } from './log-time.ts';
import { misplaced } from './misplaced.ts';

/** Content types of JSON values, one a line. */
const NDJSON = 'application/x-ndjson';
export const LINES = [NDJSON, 'application/ndjson', 'application/jsonl'] as const;

/** A log record as JSON, or an array of them. */
export const logs: Form = {
  mediaType: JSON_TYPE,
  isMeant: (mediaType) => mediaType === JSON_TYPE,
  read: (request, maxBytes) => list(readLogs(textOf(request), maxBytes)),
};

/** Log records, one a line. */
export const logLines: Form = {
  // Not LINES[0], nor anything else that a bundler must run: the API's description needs the names alone.
  mediaType: NDJSON,
  isMeant: (mediaType) => LINES.some((lines) => lines === mediaType),
  read: (request, maxBytes) => list(readLogLines(textOf(request), maxBytes)),
};

/** As many records as one request may carry: a log shipper's usual batch. */
export const MAX_RECORDS = 1000;

/**
 * Reads a log record, or an array of them. Each becomes an event of the type that its `event_type` says, else
 * `log.<level>`; its text is the payload, byte for byte, so nothing but these and its `source` has to be understood.
 * @returns what was read of each record, in their order
 */
export function readLogs(text: string, maxBytes: number): Read<Read<NewEvent>[]> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const records = json.value;
  const elsewhere = misplaced('logs', records);
  if (elsewhere !== undefined) return wrong(elsewhere);
  if (!Array.isArray(records)) return { ok: true, value: [readRecord(text.trim(), records, '', maxBytes)] };
  const problem = lengthProblem(records, 1, MAX_RECORDS, undefined);
  if (problem) return refused(problem);
  const value = sliceElements(text).map((each, i) => readRecord(each, records[i], `[${i}]`, maxBytes));
  return { ok: true, value };
}

/** Reads log records of which each is a line. Empty lines are passed over; one that is not JSON is refused alone. */
export function readLogLines(text: string, maxBytes: number): Read<Read<NewEvent>[]> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const problem = lengthProblem(lines, 1, MAX_RECORDS, undefined);
  if (problem) return refused(problem);
  const value = lines.map((line, i): Read<NewEvent> => {
    const json = parseJson(line, `[${i}]`);
    return json.ok ? readRecord(line, json.value, `[${i}]`, maxBytes) : json;
  });
  return { ok: true, value };
}

function readRecord(text: string, record: unknown, path: string, maxBytes: number): Read<NewEvent> {
  const at = (name: string): string => fieldOf(path, name);
  if (!isObject(record)) return wrong('expected a log record, an object', path || undefined);
  const type = typeOf(record, at);
  if (!type.ok) return type;
  const source = typeof record.source === 'string' ? record.source : undefined;
  const body = Buffer.from(text, 'utf8');
  const problem =
    sourceProblem(source, at('source')) ??
    timestampProblem(record.timestamp, at('timestamp')) ??
    sizeProblem(body, maxBytes, path || undefined);
  if (problem) return refused(problem);
  const contentType = 'application/json';
  return { ok: true, value: { id: undefined, type: type.value, contentType, body, at: path, source } };
}

const EXPECTED =
  'expected an event_type, or a level: 1 to 32 letters, digits, _, + and -, such as error, or a number as of syslog (0 to 7), pino (10 to 60) or Monolog (100 to 600)';

/** A record that names its type needs no level. */
function typeOf(record: Record<string, unknown>, at: (name: string) => string): Read<string> {
  const type = record.event_type ?? undefined;
  if (type !== undefined) {
    const problem = typeProblem(type, at('event_type'));
    return problem ? refused(problem) : { ok: true, value: type as string };
  }
  const level = levelOf(record);
  return level === undefined ? wrong(EXPECTED, at(levelMember(record))) : { ok: true, value: `log.${level}` };
}

function timestampProblem(timestamp: unknown, field: string): Problem | undefined {
  if (timestamp === undefined || timestamp === null || isLogTime(timestamp)) return undefined;
  const message =
    'expected a time such as 2026-11-21T10:00:00.123Z or 2026-11-21 10:00:00,123+0000, or the seconds, milli-, micro- or nanoseconds since 1970';
  return { code: 'validation_failed', message, field };
}
