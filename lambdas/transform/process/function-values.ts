/** How JSONata marks functions: its own, and those that an expression makes. */
interface Marked {
  readonly _jsonata_function?: unknown;
  readonly _jsonata_lambda?: unknown;
}

/** Whether a value of an expression is a function. */
export function isFunctionValue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'function';
  const { _jsonata_function: isLibrary, _jsonata_lambda: isOwn } = value as Marked;
  return isLibrary === true || isOwn === true;
}
