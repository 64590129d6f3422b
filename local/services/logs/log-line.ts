/** A line as filters look at it. */
export interface LogLine {
  readonly text: string;
  /** Of a line that is JSON; undefined for any other. */
  fields(): unknown;
}

/** Whether a line meets the pattern. */
export type Filter = (line: LogLine) => boolean;

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
