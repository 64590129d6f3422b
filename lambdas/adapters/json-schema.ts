/** What is wrong with a JSON Schema, or undefined when it can be used. */
export const schemaProblem = (schema: unknown): string | undefined =>
  typeof schema === 'object' || typeof schema === 'boolean' ? undefined : 'expected a JSON Schema';
