import { mayUse } from '../access/scopes.ts';
import type { RequestView } from '../api/attempts.ts';
import { requestsOf, type WholeSent } from '../delivery/kept-requests.ts';
import { KIND_NAMES, type KindName } from '../destinations/kind-names.ts';
import type { LoggedEvent } from '../events/event-log-store.ts';
import { payloadLength } from '../events/payload.ts';
import type { Caller } from '../http/caller.ts';
import type { Attempt } from '../http-client/attempt-record.ts';
import { wireHeaders } from '../http-client/wire-headers.ts';
import {
  DEFAULT_SCHEME,
  describeBatch,
  describeEvent,
  HEADERS_FORM,
  headersOf,
} from '../targets/request-headers.ts';
import { schemeNamed } from '../targets/signature.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../targets/signature-schemes/names.ts';
import { HIDDEN, mapped, urlShownTo } from './hide-secrets.ts';

/** For whom, and with what beside the delivery itself. Without a caller, as for one that may see the least. */
export interface Showing {
  readonly caller?: Pick<Caller, 'scopes'>;
  /** The delivery's event. Headers say much of it, and are left out without it. */
  readonly event?: LoggedEvent | undefined;
}

/**
 * The requests of a delivery, by attempt; undefined for one of which too little is known. What the log does not have is made
 * again by the functions that made it for the request.
 * @param first the number of the first attempt, from 1
 */
export function requestViews(
  attempts: readonly Attempt[],
  first: number,
  showing: Showing,
): (RequestView | undefined)[] {
  return requestsOf(attempts).map((sent, i) => sent && requestView(attempts[i]!, first + i, sent, showing));
}

function requestView(
  attempt: Attempt,
  number: number,
  sent: WholeSent,
  { caller, event }: Showing,
): RequestView | undefined {
  const { url, scheme = DEFAULT_SCHEME, keys } = sent.by;
  const { kind, method = 'POST', bytes, shaped } = sent;
  // Of a release that is newer than this one.
  if (!isScheme(scheme) || !isMethod(method) || (kind !== undefined && !isKind(kind))) return undefined;
  const { address, tlsVersion, reused, stage } = attempt.travel ?? {};
  return {
    ...(kind !== undefined && { kind }),
    method,
    url: urlShownTo(caller, url),
    ...(bytes !== undefined && { bytes }),
    ...(shaped && { transformed: shaped }),
    ...(kind === undefined && {
      headers: event && shownHeaders(headersSent(attempt, number, sent, scheme, event), scheme, caller),
      signature: { scheme, keyIds: keys.split(' ') },
    }),
    batch: sent.batch && { id: sent.batch.id, events: sent.batch.events },
    protocol: 'HTTP/1.1',
    remoteAddress: address,
    tlsVersion,
    connectionReused: reused,
    times: timesOf(attempt),
    failedIn: stage,
  };
}

const isScheme = (name: string): name is SignatureScheme =>
  (SIGNATURE_SCHEMES as readonly string[]).includes(name);

const METHODS = ['POST', 'PUT', 'PATCH'] as const;

const isMethod = (method: string): method is (typeof METHODS)[number] =>
  (METHODS as readonly string[]).includes(method);

const isKind = (name: string): name is KindName => (KIND_NAMES as readonly string[]).includes(name);

const timesOf = ({ travel: { wait, dns, connect, tls, firstByte } = {} }: Attempt): RequestView['times'] => ({
  waitMs: wait,
  dnsMs: dns,
  connectMs: connect,
  tlsMs: tls,
  firstByteMs: firstByte,
});

/**
 * A signature of the scheme `sha256` is good for ever, since it signs no time: who reads it can send the request as authentic.
 * So only callers that may read a target's secrets see signatures.
 */
function shownHeaders(
  headers: Record<string, string> | undefined,
  scheme: SignatureScheme,
  caller: Showing['caller'],
): Record<string, string> | undefined {
  if (!headers || (caller && mayUse(caller.scopes, 'manage'))) return headers;
  const signatures = schemeNamed(scheme).headers([HIDDEN, HIDDEN]);
  return mapped(headers, (value, name) => (Object.hasOwn(signatures, name) ? HIDDEN : value));
}

/** @returns undefined for headers of a form that a newer release makes */
function headersSent(
  { at, reconnected }: Attempt,
  number: number,
  { by, batch, signatures, form = 1, bytes: shaped, contentType }: WholeSent,
  scheme: SignatureScheme,
  event: LoggedEvent,
): Record<string, string> | undefined {
  if (form > HEADERS_FORM) return undefined;
  const own = Object.fromEntries((by.headers?.split(' ') ?? []).map((name) => [name, HIDDEN]));
  const described = batch
    ? describeBatch(batch.id, batch.events, event, form)
    : describeEvent(contentType === undefined ? event : { ...event, contentType }, number, form);
  const headers = headersOf(own, described, { scheme, signatures: signatures.split(' ') }, at);
  const bytes = batch?.bytes ?? shaped ?? payloadLength(event.payload);
  return wireHeaders(new URL(by.url).host, headers, bytes, reconnected ? 'fresh' : 'any');
}
