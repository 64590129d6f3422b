import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { AuthorizedRequest } from './caller.ts';
import { ApiError } from './errors.ts';
import { charsetOf, isUtf8, receivedBody } from './received-body.ts';

/** A request as API Gateway passes it. A route without a key has no caller in it. */
export type Request = APIGatewayProxyEventV2 & AuthorizedRequest;

/** The content type without its parameters, in lower case; empty when there is none. */
export const mediaTypeOf = ({ headers }: Request): string =>
  (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/** The bytes that were sent. @throws ApiError when they are not certain */
export const bytesOf = (request: Request): Buffer => certainBody(request).bytes;

function certainBody(request: Request): Pick<SignedBody, 'wire' | 'bytes'> {
  const body = receivedBody(request);
  if (body.kind === 'refused') throw unsupported(body.problem);
  if (body.doubt !== undefined) throw inDoubt(body.doubt);
  return body;
}

/** A body that a signature is over. */
export interface SignedBody {
  /** What the signature is over. */
  readonly wire: Buffer;
  /** The bytes that were sent, if the signature is good. */
  readonly bytes: Buffer;
  /** What to say when it is not: the body may have been changed on the way. */
  readonly doubt: ApiError | undefined;
}

/** @throws ApiError when no signature could make the body a good one */
export function signedBody(request: Request): SignedBody {
  const body = receivedBody(request);
  if (body.kind === 'refused') throw unsupported(body.problem);
  const { wire, bytes, doubt } = body;
  return { wire, bytes, doubt: doubt === undefined ? undefined : inDoubt(doubt) };
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The body as text, however the gateway passed it. @throws ApiError when it is not text in UTF-8 */
export function textOf(request: Request): string {
  const charset = charsetOf(request.headers['content-type']);
  if (!isUtf8(charset)) throw unsupported(`expected JSON in UTF-8, got charset ${charset}`);
  const { wire, bytes } = certainBody(request);
  if (bytes === wire && !request.isBase64Encoded) return request.body ?? '';
  try {
    // A byte order mark is kept: JSON has none (RFC 8259, 8.1).
    return UTF_8.decode(bytes);
  } catch {
    throw unsupported('expected JSON in UTF-8, got other bytes');
  }
}

export const unsupported = (expected: string): ApiError =>
  new ApiError(415, 'unsupported_media_type', expected);

const inDoubt = (problem: string): ApiError =>
  unsupported(
    `${problem}; write the character as \\ufffd in JSON, or send the body in base64 with content-transfer-encoding: base64`,
  );
