/** The sizes of a client's frames, read beside ws, which bounds messages and not frames. Pure. */

/** Takes a connection's bytes in order and gives the largest payload that a frame in these bytes announces. */
export type FrameSizes = (chunk: Buffer) => number;

/** https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export function frameSizes(): FrameSizes {
  let header = Buffer.alloc(0);
  let toSkip = 0;
  return (chunk) => {
    let largest = 0;
    let at = 0;
    while (at < chunk.length) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, chunk.length - at);
        toSkip -= skipped;
        at += skipped;
        continue;
      }
      const known = header.length;
      header = Buffer.concat([header, chunk.subarray(at, at + LONGEST_HEADER - known)]);
      const frame = readHeader(header);
      if (!frame) break;
      at += frame.headerBytes - known;
      header = Buffer.alloc(0);
      toSkip = frame.payloadBytes;
      largest = Math.max(largest, frame.payloadBytes);
    }
    return largest;
  };
}

const LONGEST_HEADER = 14;

/** Undefined while bytes are missing. */
function readHeader(bytes: Buffer): { headerBytes: number; payloadBytes: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const masked = (bytes[1]! & 0x80) !== 0;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const headerBytes = 2 + extended + (masked ? 4 : 0);
  if (bytes.length < headerBytes) return undefined;
  if (extended === 0) return { headerBytes, payloadBytes: short };
  const payloadBytes = extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { headerBytes, payloadBytes };
}
