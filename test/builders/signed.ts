import { type BatchEntry, describeEntries } from '../../lambdas/delivery/batch.ts';
import type { Event } from '../../lambdas/events/event.ts';
import { describeEvent, signedRequest } from '../../lambdas/targets/request-headers.ts';
import { signatureHeaders, signWith } from '../../lambdas/targets/signature.ts';
import type { SignatureScheme } from '../../lambdas/targets/signature-schemes/names.ts';
import type { Signable } from '../../lambdas/targets/signature-schemes/scheme.ts';
import type { Target } from '../../lambdas/targets/target.ts';

type Sender = Pick<Target, 'signature' | 'secrets' | 'headers'>;
type Headers = Readonly<Record<string, string>>;

/** The headers of a request with one event, without those of the connection. */
export const requestHeaders = (
  target: Sender,
  event: Event,
  body: Uint8Array,
  attempt: number,
  atMs: number,
): Headers => signedRequest(target, '', describeEvent(event, attempt), body, atMs).headers;

/** The same of a request with several. */
export const batchHeaders = (
  target: Sender,
  entries: readonly BatchEntry[],
  body: Uint8Array,
  atMs: number,
): Headers => signedRequest(target, '', describeEntries(entries), body, atMs).headers;

/** The headers that prove a message's origin. */
export const signedHeaders = (
  scheme: SignatureScheme,
  secrets: readonly string[],
  message: Signable,
): Headers => signatureHeaders(scheme, signWith(scheme, secrets, message).signatures, message);
