import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from './adapters/http.ts';
import type { AuthorizedRequest } from './api-context.ts';

/** What API Gateway hands over; a route without a key has no caller in it. */
export type Request = APIGatewayProxyEventV2 & AuthorizedRequest;

export const bytesOf = ({ body = '', isBase64Encoded }: Request): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** The content type without its parameters, in lower case; empty when there is none. */
export const mediaTypeOf = ({ headers }: Request): string =>
  (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/**
 * API Gateway hands text on as UTF-8 and says nothing of an encoding to the endpoint, so a body that is compressed,
 * or text in another character set, would not arrive as it was sent.
 */
export function refuseWhatWouldBeChanged(request: Request, hint = OTHER_BYTES): void {
  const { headers, isBase64Encoded } = request;
  const encoding = headers['content-encoding'] ?? 'identity';
  // Bytes that are not UTF-8 have become U+FFFD on the way, which is longer.
  const isText = isUtf8(request) && bytesOf(request).length === sentLength(request);
  if (encoding === 'identity' && (isBase64Encoded || isText)) return;
  throw notIntact(hint);
}

const OTHER_BYTES = 'send other bytes with content-type application/octet-stream';

/** The text of a request that is read as such, however the gateway passed it. */
export function textOf(request: Request): string {
  try {
    // A byte order mark is kept: JSON has none (RFC 8259, 8.1).
    if (isUtf8(request))
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(request));
  } catch {
    // Not UTF-8; see below.
  }
  throw notIntact(JSON_IS_UTF8);
}

export const JSON_IS_UTF8 = 'JSON is UTF-8';

function isUtf8({ headers }: Request): boolean {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  return /^(utf-?8|us-ascii)$/i.test(charset);
}

const notIntact = (hint: string): ApiError =>
  unsupported(`expected a body without content-encoding and, if it is text, in UTF-8; ${hint}`);

export const unsupported = (expected: string): ApiError =>
  new ApiError(415, 'unsupported_media_type', expected);

/** What the producer says that it sent; without a word it is taken to be what came. */
const sentLength = (request: Request): number =>
  Number(request.headers['content-length'] ?? bytesOf(request).length);
