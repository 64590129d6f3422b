/**
 * How CloudFront compresses what it caches.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

type Encoding = 'br' | 'gzip';

const MIN_BYTES = 1000;
const MAX_BYTES = 10_000_000;

/** Those of its list that pages are made of. A WOFF2 font is compressed in itself. */
const TYPES = new Set([
  'application/javascript',
  'application/json',
  'application/wasm',
  'application/xml',
  'font/otf',
  'font/ttf',
  'image/svg+xml',
  'text/css',
  'text/csv',
  'text/html',
  'text/javascript',
  'text/plain',
  'text/xml',
]);

/** The encoding that a viewer gets; undefined for none. It prefers Brotli. */
export function encodingFor(accepted: string, contentType: string, bytes: number): Encoding | undefined {
  const isWorth = bytes >= MIN_BYTES && bytes <= MAX_BYTES && TYPES.has(contentType.split(';')[0]!.trim());
  if (!isWorth) return undefined;
  const names = accepted.split(',').map((part) => part.split(';')[0]!.trim().toLowerCase());
  return names.includes('br') ? 'br' : names.includes('gzip') ? 'gzip' : undefined;
}

const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];

export const compressed = (body: Buffer, encoding: Encoding): Promise<Buffer> =>
  encoding === 'gzip'
    ? zip(body)
    : brotli(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
      });
