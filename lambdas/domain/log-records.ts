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
} from './event-checks.ts';
import { isObject } from './json.ts';
import { sliceElements } from './json-slice.ts';
import { misplaced } from './misplaced.ts';
import { lengthProblem } from './publish.ts';
import { isRfc3339 } from './rfc3339.ts';

/** As many records as one request may carry: a log shipper's usual batch. */
export const MAX_RECORDS = 1000;

const LEVEL = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * Reads a log record, or an array of them. Each becomes an event of the type that its `event_type` says, else
 * `log.<level>`; its text is the payload, byte for byte.
 * @returns what was read of each record, in their order
 */
export function readLogs(text: string, maxBytes: number): Read<Read<NewEvent>[]> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const list = json.value;
  const elsewhere = misplaced('logs', list);
  if (elsewhere !== undefined) return wrong(elsewhere);
  if (!Array.isArray(list)) return { ok: true, value: [readRecord(text.trim(), list, '', maxBytes)] };
  const problem = lengthProblem(list, 1, MAX_RECORDS, undefined);
  if (problem) return refused(problem);
  const value = sliceElements(text).map((one, i) => readRecord(one, list[i], `[${i}]`, maxBytes));
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
    messageProblem(record.message, at('message')) ??
    timestampProblem(record.timestamp, at('timestamp')) ??
    sizeProblem(body, maxBytes, path || undefined);
  if (problem) return refused(problem);
  const contentType = 'application/json';
  return { ok: true, value: { id: undefined, type: type.value, contentType, body, at: path, source } };
}

function typeOf(record: Record<string, unknown>, at: (name: string) => string): Read<string> {
  const { level, event_type: type } = record;
  const isLevel = typeof level === 'string' && LEVEL.test(level);
  if (!isLevel && !(level === undefined && type !== undefined)) {
    return wrong(
      'expected a level of 1 to 32 letters, digits, _ and -, such as error, or an event_type',
      at('level'),
    );
  }
  if (type === undefined) return { ok: true, value: `log.${String(level).toLowerCase()}` };
  const problem = typeProblem(type, at('event_type'));
  return problem ? refused(problem) : { ok: true, value: type as string };
}

function messageProblem(message: unknown, field: string): Problem | undefined {
  if (message === undefined || typeof message === 'string') return undefined;
  return { code: 'validation_failed', message: 'expected a text', field };
}

function timestampProblem(timestamp: unknown, field: string): Problem | undefined {
  const isFine =
    timestamp === undefined ||
    typeof timestamp === 'number' ||
    (typeof timestamp === 'string' && isRfc3339(timestamp));
  if (isFine) return undefined;
  const message = 'expected a time as in RFC 3339, or milliseconds since 1970 as a number';
  return { code: 'validation_failed', message, field };
}
