/** What was typed makes no sense. The message says what was expected; it is shown without a stack, and nothing has run. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
