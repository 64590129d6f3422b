/**
 * What is known of a request's body from what API Gateway passes on (HTTP API, payload format 2.0). Bytes come in base64
 * and are what was sent. Text comes as text, and AWS does not document how it is decoded: bytes that are not UTF-8 show
 * only by U+FFFD, which decoders put in their place. Nothing is guessed: see docs/decisions/25-text-payloads.md.
 */
export interface HandedBody {
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
  /** By lower case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export type ReceivedBody =
  | {
      readonly kind: 'received';
      /** The body as it came, which is what a signature is over. */
      readonly wire: Buffer;
      /** What it stands for: the same, or what was sent in base64. */
      readonly bytes: Buffer;
      /** Why `wire` may be other bytes than were sent. Only a signature over them can prove that it is not. */
      readonly doubt?: string | undefined;
    }
  | { readonly kind: 'refused'; readonly problem: string };

export function receivedBody(handed: HandedBody): ReceivedBody {
  const { body = '', isBase64Encoded, headers } = handed;
  if (!isIdentity(headers['content-encoding'])) {
    // A delivery does not say that its body is encoded, and a gateway may decode it on the way.
    return { kind: 'refused', problem: 'expected a body without content-encoding' };
  }
  const wire = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  switch (transferEncodingOf(headers)) {
    case 'base64':
      return inBase64(wire);
    case 'none':
      return {
        kind: 'received',
        wire,
        bytes: wire,
        doubt: isBase64Encoded ? undefined : doubtOf(handed, wire),
      };
    case 'unknown':
      return { kind: 'refused', problem: 'expected no content-transfer-encoding, or base64' };
  }
}

const isIdentity = (encoding = 'identity'): boolean => encoding.trim().toLowerCase() === 'identity';

/** MIME's header (RFC 2045, 6). HTTP leaves its use to sender and receiver. */
function transferEncodingOf(headers: HandedBody['headers']): 'base64' | 'none' | 'unknown' {
  const encoding = (headers['content-transfer-encoding'] ?? 'binary').trim().toLowerCase();
  if (encoding === 'base64') return 'base64';
  return ['binary', '8bit', '7bit'].includes(encoding) ? 'none' : 'unknown';
}

/** Base64 is ASCII, and bytes have one form in it: what was changed on the way is not base64 any more. */
function inBase64(wire: Buffer): ReceivedBody {
  const text = wire.toString('latin1').replace(/[\r\n]/g, '');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return { kind: 'received', wire, bytes };
  return {
    kind: 'refused',
    problem: 'expected a body in base64 (RFC 4648, with padding), as its content-transfer-encoding says',
  };
}

function doubtOf({ body = '', headers }: HandedBody, wire: Buffer): string | undefined {
  const charset = charsetOf(headers['content-type']);
  if (body !== '' && !isUtf8(charset)) return `expected text in UTF-8, got charset ${charset}`;
  const replaced = body.indexOf('\ufffd');
  if (replaced >= 0 || !body.isWellFormed()) {
    const place = replaced >= 0 ? ` at ${placeOf(body, replaced)}` : '';
    return `expected text in UTF-8, got U+FFFD${place}, which is also what other bytes become on the way`;
  }
  // An equal length proves nothing. Another length proves that bytes were dropped or added.
  const sent = headers['content-length'];
  if (sent === undefined || Number(sent) === wire.length) return undefined;
  return `expected text in UTF-8, got ${wire.length} bytes of the ${sent} that were sent`;
}

/** Of a content type; UTF-8 where it says nothing. */
export const charsetOf = (contentType = ''): string =>
  /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';

export const isUtf8 = (charset: string): boolean => /^(utf-?8|us-ascii)$/.test(charset);

function placeOf(text: string, index: number): string {
  const lines = text.slice(0, index).split('\n');
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}
