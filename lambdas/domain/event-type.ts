/**
 * Event types are dot-separated segments, most general first: `payment.processor.failure`. Patterns are the
 * same with two wildcards: `*` stands for exactly one segment, `**` for any number of them, none included.
 */
const SEGMENT = /^[A-Za-z0-9_-]+$/;
const MAX_LENGTH = 128;
const MAX_SEGMENTS = 16;

/** What is wrong with an event type, or undefined when it is well formed. */
export const eventTypeProblem = (type: string): string | undefined => problemOf(type, SEGMENT);

/** The first segment of what Posthorn itself tells a tenant about its targets and deliveries. */
const OPERATIONAL = 'posthorn';

/**
 * Whether events of a type are Posthorn's own. Only patterns that name it as their first segment match them: who wants
 * everything that an application publishes does not want the news of his own deliveries with it, and a target that gets
 * everything must not be told that it fails.
 */
export const isOperational = (type: string): boolean => type.startsWith(`${OPERATIONAL}.`);

/** What is wrong with the type of an event that somebody publishes, or undefined when he may. */
export const publishedTypeProblem = (type: string): string | undefined =>
  isOperational(type)
    ? `expected a type that does not begin with ${OPERATIONAL}., as Posthorn’s own do`
    : eventTypeProblem(type);

/** What is wrong with a pattern, or undefined when it is well formed. */
export const eventPatternProblem = (pattern: string): string | undefined =>
  problemOf(pattern, /^(\*|\*\*|[A-Za-z0-9_-]+)$/);

/**
 * A pattern as it is kept. `*` alone is written for everything, as other services have it, and would match types of one
 * segment, which hardly anybody has. What was kept before goes on as it is: one that stores a filter means it as it was
 * documented then.
 */
export const keptPattern = (pattern: string): string => (pattern === '*' ? '**' : pattern);

function problemOf(text: string, segment: RegExp): string | undefined {
  if (text.length === 0 || text.length > MAX_LENGTH) return `expected 1 to ${MAX_LENGTH} characters`;
  const segments = text.split('.');
  if (segments.length > MAX_SEGMENTS) return `expected at most ${MAX_SEGMENTS} segments`;
  if (segments.every((part) => segment.test(part))) return undefined;
  const wildcards = segment === SEGMENT ? '' : ', or the wildcards * (one segment) and ** (any number)';
  return `expected segments of letters, digits, _ and - joined by dots${wildcards}`;
}
