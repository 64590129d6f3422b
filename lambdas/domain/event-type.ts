/**
 * Event types are dot-separated segments, most general first: `payment.processor.failure`. Patterns are the
 * same with two wildcards: `*` stands for exactly one segment, `**` for any number of them, none included.
 */
const SEGMENT = /^[A-Za-z0-9_-]+$/;
const MAX_LENGTH = 128;
const MAX_SEGMENTS = 16;

/** What is wrong with an event type, or undefined when it is well formed. */
export const eventTypeProblem = (type: string): string | undefined => problemOf(type, SEGMENT);

/** What is wrong with a pattern, or undefined when it is well formed. */
export const eventPatternProblem = (pattern: string): string | undefined =>
  problemOf(pattern, /^(\*|\*\*|[A-Za-z0-9_-]+)$/);

function problemOf(text: string, segment: RegExp): string | undefined {
  if (text.length === 0 || text.length > MAX_LENGTH) return `expected 1 to ${MAX_LENGTH} characters`;
  const segments = text.split('.');
  if (segments.length > MAX_SEGMENTS) return `expected at most ${MAX_SEGMENTS} segments`;
  if (segments.every((part) => segment.test(part))) return undefined;
  const wildcards = segment === SEGMENT ? '' : ', or the wildcards * (one segment) and ** (any number)';
  return `expected segments of letters, digits, _ and - joined by dots${wildcards}`;
}
