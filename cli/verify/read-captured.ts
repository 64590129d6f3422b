import { isObject } from '../../lambdas/values/json.ts';
import { type Captured, type Header, header } from './captured.ts';

/** Reads what people capture: HTTP as it was on the wire, what curl -v prints, and JSON of tools and functions. */

/** What a file of headers or of a request should have been. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

const LINE_BREAK = /\r?\n/;
/** Lines of HTTP/2 that begin with a colon are its request line. */
const REQUEST_LINE = /^[A-Z]+ \S+ HTTP\/\d(?:\.\d)?$/;
/** A field name is a token (RFC 9110, section 5.1). */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:(.*)$/;
/** curl -v prints `> ` before what it sends, `< ` before the answer, and `* ` before what it says itself. */
const CURL_SENT = /^> ?/;
const CURL_OTHER = /^(?:[<*{}] ?|\[?\d+ bytes data)/;

/** Headers from a file: lines, the output of curl -v, or JSON. A body in it is taken as well, if it is JSON that has one. */
export function readHeaders(text: string): Captured {
  const trimmed = text.replace(/^\ufeff/, '').trim();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return ofJson(trimmed);
  // Of a whole request, what stands before its body.
  return { headers: ofLines(trimmed.split(/\r?\n\r?\n/)[0]!) };
}

/** A whole request: HTTP as it was on the wire, or JSON that has headers and a body. */
export function readRequest(bytes: Uint8Array): Captured {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = file.subarray(0, 64).toString('latin1').trimStart();
  if (start.startsWith('{')) return wholeJson(file.toString('utf8'));
  const end = endOfHead(file);
  if (!end) throw new CaptureError('expected an empty line between the headers and the body of the request');
  const headers = ofLines(file.subarray(0, end.head).toString('utf8'));
  const rest = file.subarray(end.body);
  const isChunked = headers.some(
    ({ name, value }) => name === 'transfer-encoding' && /\bchunked\b/i.test(value),
  );
  return { headers, body: (isChunked && withoutChunks(rest)) || rest };
}

function wholeJson(text: string): Captured {
  const value = parsed(text);
  const names = isObject(value) ? Object.keys(value) : [];
  if (!names.some((name) => ['headers', 'multiValueHeaders', 'request', 'log'].includes(name)))
    throw new CaptureError(
      'expected a request as JSON to have headers: an entry of HAR, the event of a Lambda function, or {"headers", "body"}',
    );
  return ofValue(value);
}

/** Where the first empty line is. */
export function endOfHead(file: Buffer): { head: number; body: number } | undefined {
  const ends = ['\r\n\r\n', '\n\n']
    .map((mark) => ({ at: file.indexOf(mark), mark }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  const first = ends[0];
  return first && { head: first.at, body: first.at + first.mark.length };
}

/** One header as it is given on the command line: `name: value`. */
export function readHeader(line: string): Header {
  const match = FIELD.exec(line.trim());
  if (!match) throw new CaptureError('expected a header as name: value');
  return header(match[1]!, match[2]!);
}

function ofLines(text: string): Header[] {
  const all = text.split(LINE_BREAK);
  const isCurl = all.some((line) => /^> \S/.test(line));
  const lines = (
    isCurl ? all.filter((line) => CURL_SENT.test(line)).map((line) => line.replace(CURL_SENT, '')) : all
  ).filter((line) => line.trim() !== '' && !line.startsWith(':') && !REQUEST_LINE.test(line.trim()));
  return lines.map((line, at) => {
    const match = FIELD.exec(line);
    if (!match) {
      const also = CURL_OTHER.test(line) ? '; curl -v marks what it sends with >' : '';
      throw new CaptureError(`expected line ${at + 1} of the headers to be name: value${also}`);
    }
    return header(match[1]!, match[2]!);
  });
}

const ofJson = (text: string): Captured => ofValue(parsed(text));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CaptureError('expected headers as lines, or JSON; it begins like JSON and is none');
  }
}

/**
 * - `{name: value}`, `[{name, value}]` and `[name, value, …]`: headers
 * - a file or an entry of HAR 1.2
 * - what a Lambda function gets of API Gateway, a function URL or a load balancer
 * - `{headers, body}`
 */
function ofValue(value: unknown): Captured {
  if (Array.isArray(value)) return { headers: ofPairs(value) };
  if (!isObject(value)) throw new CaptureError('expected an object of headers');
  const { log, request, headers, multiValueHeaders } = value;
  if (isObject(log) && Array.isArray(log.entries)) return ofHar(log.entries);
  if (isObject(request) && Array.isArray(request.headers)) return ofHarEntry(value, request);
  if (isObject(multiValueHeaders) && !isObject(headers)) return ofEvent(value, multiValueHeaders);
  if (isObject(headers) || Array.isArray(headers)) return ofEvent(value, headers);
  return { headers: ofMembers(value) };
}

function ofHar(entries: readonly unknown[]): Captured {
  if (entries.length !== 1)
    throw new CaptureError(`expected a HAR file of one request, got ${entries.length}: keep the one entry`);
  return ofValue(entries[0]);
}

/** @see http://www.softwareishard.com/blog/har-12-spec/#postData */
function ofHarEntry(
  entry: Readonly<Record<string, unknown>>,
  request: Readonly<Record<string, unknown>>,
): Captured {
  const { postData } = request;
  const at = typeof entry.startedDateTime === 'string' ? Date.parse(entry.startedDateTime) : Number.NaN;
  const text = isObject(postData) && typeof postData.text === 'string' ? postData.text : undefined;
  const isBytes = isObject(postData) && postData.encoding === 'base64';
  return {
    headers: ofPairs(request.headers as readonly unknown[]),
    ...(text !== undefined && { body: Buffer.from(text, isBytes ? 'base64' : 'utf8') }),
    ...(!Number.isNaN(at) && { at }),
  };
}

function ofEvent(event: Readonly<Record<string, unknown>>, headers: unknown): Captured {
  const { body, isBase64Encoded, requestContext } = event;
  const at = isObject(requestContext)
    ? (requestContext.timeEpoch ?? requestContext.requestTimeEpoch)
    : undefined;
  return {
    headers: Array.isArray(headers)
      ? ofPairs(headers)
      : ofMembers(headers as Readonly<Record<string, unknown>>),
    ...(typeof body === 'string' && {
      body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
    }),
    ...(typeof at === 'number' && { at }),
  };
}

/** Names and values in turn are Node's `rawHeaders`. */
const ofPairs = (pairs: readonly unknown[]): Header[] =>
  inTurn(pairs).map((pair) => {
    const [name, value] = Array.isArray(pair) ? pair : isObject(pair) ? [pair.name, pair.value] : [];
    if (typeof name !== 'string' || typeof value !== 'string')
      throw new CaptureError('expected a list of headers to have {"name", "value"}');
    return header(name, value);
  });

const inTurn = (list: readonly unknown[]): readonly unknown[] =>
  list.length > 0 && list.length % 2 === 0 && list.every((one) => typeof one === 'string')
    ? list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1]]] : []))
    : list;

/** A list of values is one header that was sent several times, as Node's `headersDistinct` has it. */
const ofMembers = (members: Readonly<Record<string, unknown>>): Header[] =>
  Object.entries(members).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown) => {
      if (typeof one !== 'string' && typeof one !== 'number')
        throw new CaptureError(`expected the header ${JSON.stringify(name)} to be text`);
      return header(name, String(one));
    }),
  );

/** What chunked framing held (RFC 9112, section 7.1), or undefined when it is none. */
export function withoutChunks(framed: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = framed.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(framed.subarray(at, end).toString('latin1'));
    if (!size) return undefined;
    const length = Number.parseInt(size[1]!, 16);
    if (length === 0) return Buffer.concat(chunks);
    const begin = end + 2;
    if (framed.length < begin + length) return undefined;
    chunks.push(framed.subarray(begin, begin + length));
    at = begin + length + 2;
  }
}
