import { logEventId } from '../../events/event-id.ts';
import { type NewEvent, typeProblem } from '../../publishing/event-checks.ts';
import { levelOf } from '../../publishing/forms/log-level.ts';
import { isObject, type JsonObject, parse } from '../../values/json.ts';
import type { LogsRules } from './logs-source.ts';
import { plainLevelOf } from './plain-level.ts';
import { isFailedReport, isPlatformRecord, isPlatformText } from './platform-line.ts';
import type { LogEvent, LogLines } from './subscription-data.ts';

/** A line as an event, with the record that says its tenant where a source asks for that. */
export interface LineRead {
  readonly event: NewEvent;
  /** Of a line that is a JSON object. */
  readonly json: JsonObject | undefined;
}

/** How a source reads lines. */
type LineRules = Pick<LogsRules, 'level' | 'platformLines'>;

/** Where a line was written. */
export type Place = Pick<LogLines, 'owner' | 'logGroup' | 'logStream'>;

const CONTENT_TYPE = 'application/json';

/**
 * Reads a line as an event: of the type that its `event_type` says, else `log.<level>`. A JSON object is the payload as it
 * was written. Any other line becomes one. Nothing of a line is refused, since nobody who could mend it gets an answer: a line
 * without a level that is understood has the source's.
 * @returns undefined for a line that is no event
 */
export function readLine(rules: LineRules, place: Place, line: LogEvent): LineRead | undefined {
  const text = line.message.trim();
  const json = jsonIn(text);
  if (isLeftOut(rules, text, json)) return undefined;
  const { type, body } = json ? ofJson(rules, text, json) : ofText(rules, place, line, text);
  const { owner, logGroup, logStream } = place;
  const event = {
    id: logEventId([owner, logGroup, logStream, line.id]),
    type,
    contentType: CONTENT_TYPE,
    body: Buffer.from(body, 'utf8'),
    at: '',
    source: logGroup,
  };
  return { event, json };
}

function jsonIn(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  const json = parse(text);
  return json.ok && isObject(json.value) ? json.value : undefined;
}

function isLeftOut({ platformLines }: LineRules, text: string, json: JsonObject | undefined): boolean {
  if (text === '') return true;
  if (platformLines) return false;
  return json ? isPlatformRecord(json) && !isFailedReport(json) : isPlatformText(text);
}

interface Content {
  readonly type: string;
  readonly body: string;
}

/** An `event_type` that can be none leaves the line to its level: many loggers use that name for something of their own. */
function ofJson({ level }: LineRules, text: string, json: JsonObject): Content {
  const { event_type: type } = json;
  if (typeof type === 'string' && typeProblem(type, '') === undefined) return { type, body: text };
  const own = isFailedReport(json) ? 'error' : levelOf(json);
  return { type: `log.${own ?? level}`, body: text };
}

function ofText({ level }: LineRules, { logGroup, logStream }: Place, line: LogEvent, text: string): Content {
  const own = plainLevelOf(text) ?? level;
  const timestamp = timeOf(line.timestamp);
  const record = { timestamp, level: own, message: text, logGroup, logStream };
  return { type: `log.${own}`, body: JSON.stringify(record) };
}

/** A time that no date has is shown as it came. */
function timeOf(ms: number): string | number {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? ms : date.toISOString();
}
