/**
 * Event types are dot-separated segments, most general first: `payment.processor.failure`. Patterns are the
 * same with two wildcards: `*` stands for exactly one segment, `**` for any number of them, none included.
 *
 * A segment has the characters of a URL's path (RFC 3986, `pchar` and the slash), since types of CloudEvents have them
 * (`s3:ObjectCreated:Put`, `example.com/orders/created`) and a type is a path's last part, a header's value and a table
 * key. `*` is left out, since it is a wildcard, and so is `%`, which would make a type another one when it is decoded
 * once more. A slash at the end is left out, since clients add one to a path, or drop it.
 */
const SEGMENT = /^[A-Za-z0-9_~:/@!$&'()+,;=-]+$/;
const SEGMENT_OR_WILDCARD = /^(\*|\*\*|[A-Za-z0-9_~:/@!$&'()+,;=-]+)$/;
/** As long as a header's value that any receiver takes; CloudEvents set no bound. */
export const MAX_TYPE_LENGTH = 256;
const MAX_SEGMENTS = 16;

/** The same as one expression, for the documentation. */
export const EVENT_TYPE =
  /^([A-Za-z0-9_~:/@!$&'()+,;=-]+\.){0,15}[A-Za-z0-9_~:/@!$&'()+,;=-]*[A-Za-z0-9_~:@!$&'()+,;=-]$/;

/** The same of patterns. */
export const EVENT_PATTERN =
  /^((\*|\*\*|[A-Za-z0-9_~:/@!$&'()+,;=-]+)\.){0,15}(\*|\*\*|[A-Za-z0-9_~:/@!$&'()+,;=-]*[A-Za-z0-9_~:@!$&'()+,;=-])$/;

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
  problemOf(pattern, SEGMENT_OR_WILDCARD);

/**
 * A pattern as it is kept. `*` alone is written for everything, as other services have it, and would match types of one
 * segment, which hardly anybody has. What was kept before goes on as it is: one that stores a filter means it as it was
 * documented then.
 */
export const keptPattern = (pattern: string): string => (pattern === '*' ? '**' : pattern);

function problemOf(text: string, segment: RegExp): string | undefined {
  if (text.length === 0 || text.length > MAX_TYPE_LENGTH)
    return `expected 1 to ${MAX_TYPE_LENGTH} characters`;
  const segments = text.split('.');
  if (segments.length > MAX_SEGMENTS) return `expected at most ${MAX_SEGMENTS} segments`;
  if (text.endsWith('/')) return 'expected no slash at the end';
  if (segments.every((part) => segment.test(part))) return undefined;
  const wildcards = segment === SEGMENT ? '' : ', or the wildcards * (one segment) and ** (any number)';
  return `expected segments of letters, digits and _-~:/@!$&'()+,;= joined by dots${wildcards}`;
}
