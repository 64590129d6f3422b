/**
 * JSON that arrives as it was sent. Ingest refuses U+FFFD as such, since bytes that are not UTF-8 become that on the way;
 * within JSON it can stand in a text alone, where an escape means the same.
 */
export const jsonOf = (value: unknown): string => JSON.stringify(value).replaceAll('\ufffd', '\\ufffd');

/** An object's JSON with an id, if it has none. All else stays as it is written. @throws SyntaxError where it is no JSON */
export function withId(json: string, id: () => string): string {
  const value: unknown = JSON.parse(json);
  const text = json.replaceAll('\ufffd', '\\ufffd');
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // What is no object is refused by the API, in its words.
  if (!isObject || Object.hasOwn(value, 'id')) return text;
  const comma = Object.keys(value).length > 0 ? ',' : '';
  return text.replace('{', () => `{"id":${JSON.stringify(id())}${comma}`);
}
