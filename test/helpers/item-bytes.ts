/**
 * The bytes that DynamoDB bills an item for (developer guide, "DynamoDB item sizes and formats"): names and texts in
 * UTF-8; a number one byte for two digits and one more; a list or map 3 bytes, and one for each of its elements.
 */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number =>
  entriesOf(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value), 0);

/** What is undefined is not written. */
const entriesOf = (item: object): [string, unknown][] =>
  Object.entries(item).filter(([, value]) => value !== undefined);

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return numberBytes(value);
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + bytesOf(one), 3);
  if (typeof value === 'object' && value !== null) {
    const entries = entriesOf(value);
    return 3 + entries.length + itemBytes(Object.fromEntries(entries));
  }
  return 1;
}

/** Without zeros at its ends. */
function numberBytes(value: number): number {
  const digits = String(Math.abs(value))
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (value < 0 ? 1 : 0);
}
