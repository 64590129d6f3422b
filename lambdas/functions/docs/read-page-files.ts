import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { LRUCache } from 'lru-cache';
import type { PageFile } from '../../api/page-list.ts';

const compress = promisify(gzip);

/** Read and compressed once in the life of a function: a page is requested often, and never changes. */
const known = remembered((name: string) => readFile(new URL(name, import.meta.url)).then(sendable));

/** A body that is sent compressed to callers that accept that, and as it is to others. */
export interface Sendable {
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

export async function sendable(plain: Buffer): Promise<Sendable> {
  return { plain, gzipped: await compress(plain) };
}

/** A file that lies beside the bundle. */
export const pageFile = (name: string): Promise<Sendable> => known(name);

/** Does something once for each name, and once more after a failure. @param max names; the oldest is forgotten */
export function remembered<T>(make: (name: string) => Promise<T>, max = 100): (name: string) => Promise<T> {
  const made = new LRUCache<string, Promise<T>>({ max });
  return (name) => {
    const before = made.get(name);
    if (before) return before;
    const making = make(name);
    made.set(name, making);
    making.catch(() => made.delete(name));
    return making;
  };
}

/** Whether the caller takes gzip; a caller that weighs its encodings gets it plain. */
const takesGzip = (acceptEncoding = ''): boolean =>
  acceptEncoding.split(',').some((encoding) => encoding.trim() === 'gzip');

/**
 * An answer with this content. Compressed, the script of the largest page is 0.5 MB instead of 1.7; API Gateway
 * does not do that by itself.
 */
export function send(
  { plain, gzipped }: Sendable,
  acceptEncoding: string | undefined,
  type: PageFile['type'],
  headers: Record<string, string>,
): APIGatewayProxyStructuredResultV2 {
  const isGzipped = takesGzip(acceptEncoding);
  return {
    statusCode: 200,
    headers: {
      'content-type': type,
      'x-content-type-options': 'nosniff',
      vary: 'accept-encoding',
      ...(isGzipped && { 'content-encoding': 'gzip' }),
      ...headers,
    },
    body: (isGzipped ? gzipped : plain).toString('base64'),
    isBase64Encoded: true,
  };
}
