/**
 * Filter patterns of CloudWatch Logs, as metric filters and subscription filters have them. What is no pattern is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { columnFilter } from './column-pattern.ts';
import { jsonFilter } from './json-pattern.ts';
import { textFilter } from './text-pattern.ts';

/** A line as filters look at it. */
export interface LogLine {
  readonly text: string;
  /** Of a line that is JSON; undefined for any other. */
  fields(): unknown;
}

/** Whether a line meets the pattern. */
export type Filter = (line: LogLine) => boolean;

/** The longest pattern, in characters. */
const MAX_LENGTH = 1024;

/** @throws where the pattern is none */
export function filterOf(pattern: string): Filter {
  if (pattern.length > MAX_LENGTH) throw new Error(`filter pattern of over ${MAX_LENGTH} characters`);
  const text = pattern.trim();
  if (text === '' || text === '""') return () => true;
  if (text.startsWith('{')) return jsonFilter(text);
  if (text.startsWith('[')) return columnFilter(text);
  return textFilter(text);
}

/** A line, whose JSON is parsed once, by the first filter that asks. */
export function logLine(text: string): LogLine {
  let parsed: { readonly fields: unknown } | undefined;
  return {
    text,
    fields() {
      parsed ??= { fields: fieldsOf(text) };
      return parsed.fields;
    },
  };
}

function fieldsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
