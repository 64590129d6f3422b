/**
 * Answers as the bytes that came, as latin1 text. An HTTP parser reads answers; this says what an answer is worth that
 * the parser gave up on, and whether what it took was plain.
 */

/** What is left of an answer that is broken somewhere behind its status line. */
export interface RawAnswer {
  readonly status: number;
  /** The values of its Retry-After headers. */
  readonly retryAfter: readonly string[];
  /** The beginning of its body as it came; empty where it has a transfer coding. */
  readonly body: string;
}

/** As curl takes it: any version, any case, more than one blank. A status has three digits (RFC 9112, 4). */
const STATUS_LINE = /^\s*HTTP\/\d(?:\.\d)?[ \t]+([1-9]\d\d)(?!\d)/i;
const END_OF_HEAD = /\r?\n\r?\n/;

/**
 * Finds the status of an answer. What comes before it with a status of 1xx is no answer (RFC 9110, 15.2), but 101 is: after it
 * another protocol goes on.
 * @returns undefined when there is no status line
 */
export function readRawAnswer(raw: string): RawAnswer | undefined {
  for (let rest = raw; ; ) {
    const status = Number(STATUS_LINE.exec(rest)?.[1]);
    if (Number.isNaN(status)) return undefined;
    const end = END_OF_HEAD.exec(rest);
    const next = end ? end.index + end[0].length : rest.length;
    const head = rest.slice(0, end?.index);
    rest = rest.slice(next);
    if (status < 200 && status !== 101) continue;
    const isEncoded = valuesIn(head, 'transfer-encoding').length > 0;
    return { status, retryAfter: valuesIn(head, 'retry-after'), body: isEncoded ? '' : rest };
  }
}

const valuesIn = (head: string, name: string): string[] =>
  [...head.matchAll(new RegExp(`^${name}[ \\t]*:(.*)$`, 'gim'))].map(([, value]) => value!.trim());

/** RFC 9112, 4 and 5, without what it tells a recipient to put up with. */
const PLAIN_HEAD =
  /^HTTP\/1\.1 ([2-9]\d\d) [\t\x20-\x7e\x80-\xff]*\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n/;
const FRAMING = /^(content-length|transfer-encoding):[ \t]*(.*?)[ \t]*\r$/gim;

/**
 * Whether these bytes are exactly one answer by the letter of RFC 9112, so that there can be no two opinions about where
 * it ends. Over a connection that had any other answer nothing more is sent.
 */
export function isPlainAnswer(raw: string): boolean {
  const [head, status] = PLAIN_HEAD.exec(raw) ?? [];
  if (head === undefined) return false;
  const framing = [...head.matchAll(FRAMING)];
  if (status === '204' || status === '304') return raw.length === head.length;
  const [[, name = '', value = ''] = [], ...more] = framing;
  if (more.length > 0) return false;
  if (name.toLowerCase() === 'content-length') {
    return /^\d{1,9}$/.test(value) && raw.length === head.length + Number(value);
  }
  return value.toLowerCase() === 'chunked' && endOfChunks(raw, head.length) === raw.length;
}

const CHUNK_HEAD = /([0-9a-f]{1,8})(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n/iy;
const TRAILERS = /(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n/y;

/** Where a chunked body ends; undefined when it is not as RFC 9112, 7.1, has it. */
function endOfChunks(raw: string, from: number): number | undefined {
  for (let at = from; ; ) {
    const [head, digits = ''] = matchAt(CHUNK_HEAD, raw, at) ?? [];
    if (head === undefined) return undefined;
    at += head.length;
    const size = Number.parseInt(digits, 16);
    if (size === 0) {
      const trailers = matchAt(TRAILERS, raw, at);
      return trailers && at + trailers[0].length;
    }
    at += size + 2;
    if (raw.slice(at - 2, at) !== '\r\n') return undefined;
  }
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text) ?? undefined;
}
