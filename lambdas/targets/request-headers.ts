import type { Event } from '../events/event.ts';
import type { Sent } from '../http-client/attempt-record.ts';
import { type Signatures, schemeNamed, signatureHeaders, signingSecrets, signWith } from './signature.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from './signature-schemes/names.ts';
import type { Target } from './target.ts';

/** Receivers may filter by it, so its first word never changes. */
export const USER_AGENT = 'Posthorn/1';

/**
 * The form of the headers that requests get. The log keeps of a request what can't be made again, and the API makes its
 * headers by the functions below. So a release that changes what these make would falsify what is shown of requests
 * from before: it raises the form, which is then kept with each request (`sent.form`), and leaves the functions of the
 * forms before it as they are, until no log has requests of them.
 */
export const HEADERS_FORM = 2;

/**
 * The form since which requests say the trace of their event. A request without one is as in form 1, and its log entry as
 * short.
 */
const TRACE_FORM = 2;

/** As much of an event as headers say. */
type EventInHeaders = Traced & Pick<Event, 'id' | 'type' | 'contentType' | 'ce' | 'test'>;
type Traced = Pick<Event, 'traceparent' | 'tracestate'>;

/** What a request says of its contents, beside its signature. */
export interface Described {
  /** Its `webhook-id`. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The form of the headers where it is not the first. */
  readonly form?: number;
}

/** W3C Trace Context, passed through. Nothing where the request is of a form that had none. */
function ofTrace({ traceparent, tracestate }: Traced, form: number): Pick<Described, 'headers' | 'form'> {
  if (traceparent === undefined || form < TRACE_FORM) return { headers: {} };
  return { headers: { traceparent, ...(tracestate !== undefined && { tracestate }) }, form: TRACE_FORM };
}

/**
 * What is said of one event: all of it in headers, since its body goes out as it came.
 * @param attempt 1 for the first
 */
export const describeEvent = (event: EventInHeaders, attempt: number, form = HEADERS_FORM): Described => ({
  ...ofTrace(event, form),
  id: event.id,
  headers: {
    ...(event.ce && cloudEventHeaders(event.type, event.ce)),
    'content-type': event.contentType,
    'user-agent': USER_AGENT,
    'posthorn-event-type': event.type,
    'posthorn-attempt': String(attempt),
    ...(event.test && { 'posthorn-test': 'true' }),
    ...ofTrace(event, form).headers,
  },
});

/**
 * What is said of several events: all else stands in the body, see `delivery/batch.ts`.
 * @param trace that all of them share
 */
export const describeBatch = (
  id: string,
  events: number,
  trace: Traced = {},
  form = HEADERS_FORM,
): Described => ({
  ...ofTrace(trace, form),
  id,
  headers: {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    'posthorn-batch': String(events),
    ...ofTrace(trace, form).headers,
  },
});

/**
 * The headers of a request. A header of the target's own never replaces one of these.
 * @param own the target's own headers, with names in lower case
 * @param atMs milliseconds since the epoch
 */
export const headersOf = (
  own: Readonly<Record<string, string>>,
  { id, headers }: Described,
  { scheme, signatures }: Omit<Signatures, 'keys'>,
  atMs: number,
): Record<string, string> => ({
  ...own,
  ...headers,
  ...signatureHeaders(scheme, signatures, { id, timestamp: secondsOf(atMs) }),
});

const secondsOf = (atMs: number): number => Math.floor(atMs / 1000);

/** A signed request, and what the log has to keep of it. */
export interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sent: Sent;
}

/** @param atMs milliseconds since the epoch */
export function signedRequest(
  target: Pick<Target, 'signature' | 'secrets' | 'headers'>,
  url: string,
  described: Described,
  body: Uint8Array,
  atMs: number,
): SignedRequest {
  const message = { id: described.id, timestamp: secondsOf(atMs), body };
  const signed = signWith(target.signature, signingSecrets(target.secrets, atMs), message);
  const own = lowerCased(target.headers ?? {});
  const names = Object.keys(own).join(' ');
  return {
    url,
    headers: headersOf(own, described, signed, atMs),
    sent: {
      signatures: signed.signatures.join(' '),
      ...(described.form !== undefined && { form: described.form }),
      by: {
        url,
        ...(names && { headers: names }),
        ...(signed.scheme !== DEFAULT_SCHEME && { scheme: signed.scheme }),
        keys: signed.keys.join(' '),
      },
    },
  };
}

/** The scheme of most targets, which the log leaves out. */
export const DEFAULT_SCHEME: SignatureScheme = 'standard';

/** Where an event goes: to its region's URL if the target has one. */
export const urlFor = (target: Pick<Target, 'url' | 'regions'>, { region }: Pick<Event, 'region'>): string =>
  region !== undefined && target.regions && Object.hasOwn(target.regions, region)
    ? target.regions[region]!
    : target.url;

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/**
 * A CloudEvent's attributes in binary mode (CloudEvents HTTP Protocol Binding 1.0.2, section 3.1.3). The body and
 * its content type are the event's data as it is.
 */
const cloudEventHeaders = (type: string, attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries({ ...attributes, specversion: '1.0', type }).map(([name, value]) => [
      `ce-${name}`,
      percentEncoded(value),
    ]),
  );

/** Encodes what section 3.1.3.2 of the binding says: space, `"`, `%` and all but printable ASCII, as UTF-8. */
const percentEncoded = (text: string): string =>
  text.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );

/** Characters of a header's name: a token of RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
const HEADER_VALUE = /^(?! )[\x20-\x7e]{0,1024}(?<! )$/;
/** Those of the connection itself (RFC 9110, section 7.6.1) and those that every request gets from us. */
const RESERVED_HEADERS = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['proxy-authenticate', 'proxy-authorization', 'http2-settings', 'expect', 'host', 'content-length'],
  ...['content-type', 'content-encoding', 'user-agent', 'traceparent', 'tracestate', '__proto__'],
]);
const RESERVED_PREFIXES = [
  'webhook-',
  'posthorn-',
  'ce-',
  ...SIGNATURE_SCHEMES.map((name) => schemeNamed(name).headerPrefix),
];

/** What is wrong with a header that a target wants to be sent, or undefined when it can be. */
export function customHeaderProblem(name: string, value: string): string | undefined {
  if (!HEADER_NAME.test(name))
    return 'expected a name of 1 to 64 letters, digits and -, or others of RFC 9110';
  const lower = name.toLowerCase();
  const isReserved =
    RESERVED_HEADERS.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
  if (isReserved) return 'this header is set by Posthorn or belongs to the connection';
  if (HEADER_VALUE.test(value)) return undefined;
  return 'expected a value of at most 1024 printable ASCII characters, without spaces at its ends';
}
