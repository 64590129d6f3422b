/** Two small helpers for node:http that the emulators and the API share. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request's whole body. Over `limit` bytes the rest is read and dropped, and the answer is null. */
export function readBody(request: IncomingMessage): Promise<Buffer>;
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null>;
export function readBody(request: IncomingMessage, limit = Number.POSITIVE_INFINITY): Promise<Buffer | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | null>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () =>
    resolve(size > limit ? null : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
  );
  request.on('error', reject);
  return promise;
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  contentType = 'application/json',
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
