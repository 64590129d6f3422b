/**
 * W3C Trace Context: which distributed trace a request belongs to (www.w3.org/TR/trace-context). Posthorn exports no span, so it is
 * what the specification calls a pass-through: what is valid goes on as it came, and all else is as if it had not come.
 */

export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** As headers have it, or attributes of a CloudEvent. Headers that were sent twice are joined by a comma. */
interface Given {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

/** What is valid of the context that was given; undefined when its `traceparent` is missing or invalid. */
export function traceContextOf({ traceparent = '', tracestate = '' }: Given): TraceContext | undefined {
  const parent = withoutBlanks(traceparent);
  if (!isTraceparent(parent)) return undefined;
  const state = validState(tracestate);
  return { traceparent: parent, ...(state !== '' && { tracestate: state }) };
}

/** The id of a valid `traceparent`'s trace: 32 hexadecimal digits, at the same place in all versions. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

const TRACEPARENT =
  /^(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<parent>[0-9a-f]{16})-[0-9a-f]{2}(?<more>-[\x21-\x7e]*)?$/;

/** One of version 00 has 55 characters. A pass-through has to take longer ones, up to what is prohibitive (section 3.2.4). */
const MAX_TRACEPARENT = 128;

/** Higher versions begin like 00, and may have more behind it. */
function isTraceparent(text: string): boolean {
  if (text.length > MAX_TRACEPARENT) return false;
  const { version, trace = '', parent = '', more } = TRACEPARENT.exec(text)?.groups ?? {};
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return false;
  return !isZero(trace) && !isZero(parent);
}

const isZero = (digits: string): boolean => /^0*$/.test(digits);

/** A key and a value, of up to 256 characters each. */
const MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MAX_MEMBERS = 32;

/** As much as each system should pass on (section 3.3.1.5): it is in each message of the event, and in the log. */
export const MAX_TRACESTATE = 512;
/** Of a longer list, longer entries than this are left out first. */
const LONG_MEMBER = 128;

/** The list without blanks and empty entries, at most `MAX_TRACESTATE` long; empty when it is invalid. */
function validState(text: string): string {
  const members = text
    .split(',')
    .map(withoutBlanks)
    .filter((member) => member !== '');
  const isValid = members.length <= MAX_MEMBERS && members.every((member) => MEMBER.test(member));
  return isValid ? shortened(members).join(',') : '';
}

/** Leaves out whole entries: long ones, the last of them first, then those at the end. */
function shortened(members: readonly string[]): string[] {
  const kept = [...members];
  while (kept.join(',').length > MAX_TRACESTATE) {
    const long = kept.findLastIndex((member) => member.length > LONG_MEMBER);
    kept.splice(long, 1);
  }
  return kept;
}

/**
 * Spaces and tabs at the ends mean nothing in headers and lists (RFC 9110, 5.6.3). No expression: one that looks for blanks up to
 * the end begins anew at each blank of a header that is full of them.
 */
function withoutBlanks(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text[from])) from++;
  while (to > from && isBlank(text[to - 1])) to--;
  return text.slice(from, to);
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';
