import type { Event } from '../events/event.ts';
import { schemeNamed, signatureHeaders, signingSecrets } from './signature.ts';
import { SIGNATURE_SCHEMES } from './signature-schemes/names.ts';
import type { Target } from './target.ts';

/** Receivers may filter by it, so its first word never changes. */
export const USER_AGENT = 'Posthorn/1';

/**
 * The headers of one attempt. All that is said about an event is said here, since its body goes out as it came. A
 * header of the target's own never replaces one of these.
 *
 * @param attempt 1 for the first
 * @param nowMs milliseconds since the epoch
 */
export function requestHeaders(
  target: Pick<Target, 'signature' | 'secrets' | 'headers'>,
  event: Event,
  body: Uint8Array,
  attempt: number,
  nowMs: number,
): Record<string, string> {
  const timestamp = Math.floor(nowMs / 1000);
  return {
    ...lowerCased(target.headers ?? {}),
    ...(event.ce && cloudEventHeaders(event.type, event.ce)),
    'content-type': event.contentType,
    'user-agent': USER_AGENT,
    'posthorn-event-type': event.type,
    'posthorn-attempt': String(attempt),
    ...(event.test && { 'posthorn-test': 'true' }),
    ...signatureHeaders(target.signature, signingSecrets(target.secrets, nowMs), {
      id: event.id,
      timestamp,
      body,
    }),
  };
}

/** Where an event goes: to its region's URL if the target has one. */
export const urlFor = (target: Pick<Target, 'url' | 'regions'>, { region }: Pick<Event, 'region'>): string =>
  region !== undefined && target.regions && Object.hasOwn(target.regions, region)
    ? target.regions[region]!
    : target.url;

export const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
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
  ...['content-type', 'content-encoding', 'user-agent', '__proto__'],
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
