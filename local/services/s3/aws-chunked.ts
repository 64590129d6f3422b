/**
 * Bodies that a client sends in signed chunks, or with a checksum behind them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */

export const isChunked = (contentEncoding: string | undefined): boolean =>
  contentEncoding?.includes('aws-chunked') === true;

/** The encodings of the object itself; undefined for none. */
export function ownEncoding(contentEncoding: string): string | undefined {
  const own = contentEncoding.split(',').filter((encoding) => encoding.trim() !== 'aws-chunked');
  return own.length > 0 ? own.join(',') : undefined;
}

/** The bytes alone. A chunk is its size in hexadecimal, perhaps `;` and a signature, and after a line's end its bytes. */
export function unchunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let at = 0;
  while (true) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
