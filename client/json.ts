/**
 * JSON that arrives as it was sent. Ingest refuses U+FFFD as such, since bytes that are not UTF-8 become that on the way;
 * within JSON it can stand in a text alone, where an escape means the same.
 */
export const jsonOf = (value: unknown): string => JSON.stringify(value).replaceAll('\ufffd', '\\ufffd');
