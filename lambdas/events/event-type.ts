/**
 * Event types are dot-separated segments, most general first: `payment.processor.failure`. Patterns are the
 * same with two wildcards: `*` stands for exactly one segment, `**` for any number of them, none included.
 *
 * A segment has the characters of a URL's path (RFC 3986, `pchar` and the slash): types of CloudEvents have them
 * (`s3:ObjectCreated:Put`, `example.com/orders/created`), and a type is the last part of a path, a header's value and a
 * table key. It has no `*`, which is a wildcard; no `%`, which would change a type that is decoded twice; and no slash
 * at its end, which clients add to a path or drop.
 */
const SEGMENT = /^[A-Za-z0-9_~:/@!$&'()+,;=-]+$/;
const SEGMENT_OR_WILDCARD = /^(\*|\*\*|[A-Za-z0-9_~:/@!$&'()+,;=-]+)$/;
/** Every receiver takes a header's value of this length. CloudEvents set no limit. */
export const MAX_TYPE_LENGTH = 256;
const MAX_SEGMENTS = 16;

/** An event type as one expression, for the documentation. */
export const EVENT_TYPE =
  /^([A-Za-z0-9_~:/@!$&'()+,;=-]+\.){0,15}[A-Za-z0-9_~:/@!$&'()+,;=-]*[A-Za-z0-9_~:@!$&'()+,;=-]$/;

/** A pattern as one expression. */
export const EVENT_PATTERN =
  /^((\*|\*\*|[A-Za-z0-9_~:/@!$&'()+,;=-]+)\.){0,15}(\*|\*\*|[A-Za-z0-9_~:/@!$&'()+,;=-]*[A-Za-z0-9_~:@!$&'()+,;=-])$/;

/** What is wrong with an event type, or undefined when it is well formed. */
export const eventTypeProblem = (type: string): string | undefined => problemOf(type, SEGMENT);

/** The first segment of the types of operational events. */
const OPERATIONAL = 'posthorn';

/**
 * Whether a type is that of operational events. Only patterns that begin with the same segment match it: a subscription
 * to everything that an application publishes does not want operational events too, and a failing target must not get
 * events about its failure.
 */
export const isOperational = (type: string): boolean => type.startsWith(`${OPERATIONAL}.`);

/** What is wrong with the type of a published event, or undefined when it may be published. */
export const publishedTypeProblem = (type: string): string | undefined =>
  isOperational(type)
    ? `expected a type that does not begin with ${OPERATIONAL}., as Posthorn’s own do`
    : eventTypeProblem(type);

/** What is wrong with a pattern, or undefined when it is well formed. */
export const eventPatternProblem = (pattern: string): string | undefined =>
  problemOf(pattern, SEGMENT_OR_WILDCARD);

/**
 * A pattern as it is stored. Other services write `*` for everything. Here it would match types of one segment, which
 * are rare, so it is stored as `**`. Filters that were stored before stay as they are: they mean what was documented
 * then.
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
