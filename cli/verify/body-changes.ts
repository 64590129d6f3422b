import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib';
import { endOfHead, withoutChunks } from './read-captured.ts';

/**
 * What shells, editors, proxies and frameworks do to a body before somebody looks at it. Each row undoes one of it; where the
 * signature fits what it gives, that is what happened.
 */
export interface BodyChange {
  /** For programs. */
  readonly name: string;
  /** What happened to the body, after "its body". */
  readonly did: string;
  readonly advice: string;
  /** The body before, or undefined where it can't have happened. May throw where it can't. */
  readonly undo: (body: Buffer) => Buffer | undefined;
}

const FROM_A_SHELL =
  'Write the bytes as they came: printf %s instead of echo, curl --data-binary instead of -d, and no editor that ends each file with a line break.';
const BYTES =
  'Take the bytes of the request before anything decodes them: in Node a Buffer, not a string; in express, express.raw().';
const AS_CAPTURED = 'Verify what came over the wire, not what a log or a page shows of it.';
const BEFORE_DECODING =
  'Take the body before a proxy or a framework decompresses or compresses it, or turn that off for this path.';

const BOM = Buffer.from('\ufeff');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textOf = (body: Buffer): string => utf8.decode(body);
const without = (body: Buffer, end: string): Buffer | undefined => {
  const tail = Buffer.from(end, 'latin1');
  return body.length > tail.length && body.subarray(-tail.length).equals(tail)
    ? body.subarray(0, -tail.length)
    : undefined;
};
const plus = (body: Buffer, end: string): Buffer => Buffer.concat([body, Buffer.from(end, 'latin1')]);
/** Bytes as Latin-1, so that other bytes than line breaks stay. */
const replaced = (body: Buffer, what: RegExp, by: string): Buffer =>
  Buffer.from(body.toString('latin1').replace(what, by), 'latin1');

/** What windows-1252 has where Latin-1 has controls, by its byte. */
const WINDOWS = new TextDecoder('windows-1252');
const WINDOWS_BYTES = new Map(
  Array.from({ length: 256 }, (_, byte) => [WINDOWS.decode(Uint8Array.of(byte)), byte] as const),
);
function toWindows(text: string): Buffer | undefined {
  const bytes = [...text].map((character) => WINDOWS_BYTES.get(character));
  return bytes.includes(undefined) ? undefined : Buffer.from(bytes as number[]);
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&quot;': '"', '&#34;': '"', '&#x27;': "'", '&#39;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' },
};

/** Likely ones first. */
const BODY_CHANGES: readonly BodyChange[] = [
  {
    name: 'trailing_newline',
    did: 'got a line break at its end that was not signed',
    advice: FROM_A_SHELL,
    undo: (body) => without(body, '\n'),
  },
  {
    name: 'trailing_newline',
    did: 'got a line break (CR LF) at its end that was not signed',
    advice: FROM_A_SHELL,
    undo: (body) => without(body, '\r\n'),
  },
  {
    name: 'lost_newline',
    did: 'lost the line break at its end',
    advice: 'Keep it: $(…) in a shell drops line breaks at the end, and so does trim().',
    undo: (body) => plus(body, '\n'),
  },
  {
    name: 'lost_newline',
    did: 'lost the line break (CR LF) at its end',
    advice: 'Keep it: $(…) in a shell drops line breaks at the end, and so does trim().',
    undo: (body) => plus(body, '\r\n'),
  },
  {
    name: 'line_breaks',
    did: 'has CR LF where LF was signed',
    advice:
      'Something wrote it as text of Windows: git with core.autocrlf, an editor, a transfer in text mode.',
    undo: (body) => (body.includes('\r\n') ? replaced(body, /\r\n/g, '\n') : undefined),
  },
  {
    name: 'line_breaks',
    did: 'has LF where CR LF was signed',
    advice:
      'Something turned line breaks into those of Unix: git with core.autocrlf, dos2unix, an editor, curl -d.',
    undo: (body) => (body.includes('\n') ? replaced(body, /\r?\n/g, '\r\n') : undefined),
  },
  {
    name: 'bom',
    did: 'begins with a byte order mark that was not signed',
    advice: 'An editor or PowerShell put it there: save as UTF-8 without BOM.',
    undo: (body) => (body.subarray(0, BOM.length).equals(BOM) ? body.subarray(BOM.length) : undefined),
  },
  {
    name: 'lost_bom',
    did: 'lost the byte order mark at its beginning',
    advice: `TextDecoder, response.text() and others drop it. ${BYTES}`,
    undo: (body) => Buffer.concat([BOM, body]),
  },
  {
    name: 'utf16',
    did: 'was written as UTF-16',
    advice: 'PowerShell’s > does it: use Set-Content -Encoding utf8NoBOM -NoNewline, or curl.exe --output.',
    undo: (body) => (body.length % 2 === 0 && body.includes(0) ? fromUtf16(body) : undefined),
  },
  {
    name: 'charset',
    did: 'was read as Latin-1 or Windows-1252 and written as UTF-8 (“Ã¼” instead of “ü”)',
    advice: BYTES,
    undo: (body) => toWindows(textOf(body)),
  },
  {
    name: 'charset',
    did: 'was read as Latin-1 and written as UTF-8 (“Ã¼” instead of “ü”)',
    advice: BYTES,
    undo: (body) => toLatin1(textOf(body)),
  },
  {
    name: 'charset',
    did: 'was written as Latin-1, and UTF-8 was signed',
    advice: BYTES,
    undo: (body) => Buffer.from(body.toString('latin1')),
  },
  {
    name: 'charset',
    did: 'was written as Windows-1252, and UTF-8 was signed',
    advice: BYTES,
    undo: (body) => Buffer.from(WINDOWS.decode(body)),
  },
  {
    name: 'normalised',
    did: 'has its accents taken apart (Unicode NFD, as macOS does) where NFC was signed',
    advice: AS_CAPTURED,
    undo: (body) => Buffer.from(textOf(body).normalize('NFC')),
  },
  {
    name: 'normalised',
    did: 'has its accents put together (Unicode NFC) where NFD was signed',
    advice: AS_CAPTURED,
    undo: (body) => Buffer.from(textOf(body).normalize('NFD')),
  },
  {
    name: 'trimmed',
    did: 'has spaces around it that were not signed',
    advice: FROM_A_SHELL,
    undo: (body) => Buffer.from(body.toString('latin1').replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''), 'latin1'),
  },
  {
    name: 'percent_sign',
    did: 'ends with the % that zsh prints where a line break is missing',
    advice: AS_CAPTURED,
    undo: (body) => without(body, '%'),
  },
  {
    name: 'base64',
    did: 'is the base64 of what was signed',
    advice:
      'Decode it first. API Gateway and load balancers hand bytes to Lambda that way, with isBase64Encoded: true; browsers do so in HAR files.',
    undo: (body) => fromBase64(body.toString('latin1').trim()),
  },
  {
    name: 'hexadecimal',
    did: 'is written in hexadecimal',
    advice: 'Decode it first, for example with xxd -r -p.',
    undo: (body) => {
      const text = body.toString('latin1').trim();
      return /^(?:[0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined;
    },
  },
  {
    name: 'json_string',
    did: 'is a JSON string of what was signed',
    advice: 'A log or a program put it into quotes: decode that once, with jq -j . or JSON.parse.',
    undo: (body) => {
      const value: unknown = JSON.parse(textOf(body));
      return typeof value === 'string' ? Buffer.from(value) : undefined;
    },
  },
  {
    name: 'json_string',
    did: 'has backslashes before its quotes, as inside a JSON string',
    advice: 'It was copied out of a JSON string: decode that once, with jq -j . or JSON.parse.',
    undo: (body) => Buffer.from(JSON.parse(`"${textOf(body)}"`) as string),
  },
  {
    name: 'quotes',
    did: 'is in quotes that were not signed',
    advice: FROM_A_SHELL,
    undo: (body) => {
      const text = body.toString('latin1').trim();
      return /^(['"`]).*\1$/s.test(text) && text.length > 2
        ? Buffer.from(text.slice(1, -1), 'latin1')
        : undefined;
    },
  },
  {
    name: 'url_encoded',
    did: 'is URL-encoded',
    advice: AS_CAPTURED,
    undo: (body) => (body.includes('%') ? Buffer.from(decodeURIComponent(textOf(body))) : undefined),
  },
  {
    name: 'html',
    did: 'has HTML’s entities where characters were signed, such as &quot; instead of "',
    advice: AS_CAPTURED,
    undo: (body) =>
      body.includes('&')
        ? Buffer.from(textOf(body).replace(/&#?\w+;/g, (entity) => ENTITIES[entity] ?? entity))
        : undefined,
  },
  {
    name: 'headers_in_body',
    did: 'begins with the headers of the request',
    advice: 'Give the file with --request instead.',
    undo: (body) => {
      const end = endOfHead(body);
      return end && /^[!#$%&'*+.^_`|~0-9A-Za-z -]+[:/]/.test(body.subarray(0, 100).toString('latin1'))
        ? body.subarray(end.body)
        : undefined;
    },
  },
  {
    name: 'chunked',
    did: 'has the framing of transfer-encoding: chunked in it',
    advice: 'Give the file with --request and its headers, or let the server decode it.',
    undo: withoutChunks,
  },
  {
    name: 'compressed',
    did: 'is compressed, and its plain bytes were signed',
    advice: BEFORE_DECODING,
    undo: (body) => {
      if (body[0] === 0x1f && body[1] === 0x8b) return gunzipSync(body, MOST);
      return (body[0]! & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0 ? inflateSync(body, MOST) : undefined;
    },
  },
  {
    name: 'compressed',
    did: 'is compressed with brotli, and its plain bytes were signed',
    advice: BEFORE_DECODING,
    undo: (body) => brotliDecompressSync(body, MOST),
  },
  // Packed anew, bytes are the same where the same program packs them with the same settings.
  ...[1, 6, 9].map(
    (level): BodyChange => ({
      name: 'decompressed',
      did: 'was decompressed, and the bytes of gzip were signed',
      advice: BEFORE_DECODING,
      undo: (body) => (body.length > 0 && body.length <= MAX_PACKED ? gzipSync(body, { level }) : undefined),
    }),
  ),
  {
    name: 'decompressed',
    did: 'was decompressed, and the bytes of deflate were signed',
    advice: BEFORE_DECODING,
    undo: (body) => (body.length > 0 && body.length <= MAX_PACKED ? deflateSync(body) : undefined),
  },
  {
    name: 'decompressed',
    did: 'was decompressed, and the bytes of brotli were signed',
    advice: BEFORE_DECODING,
    undo: (body) => (body.length > 0 && body.length <= MAX_PACKED ? brotliCompressSync(body) : undefined),
  },
];

/** Of what is unpacked: no event is larger. */
const MOST = { maxOutputLength: 20 * 1024 * 1024 };
/** Packing takes long. */
const MAX_PACKED = 1024 * 1024;

function fromUtf16(body: Buffer): Buffer {
  const isBig = body[0] === 0xfe && body[1] === 0xff;
  const little = isBig || body[0] === 0 ? Buffer.from(body).swap16() : body;
  return Buffer.from(little.toString('utf16le').replace(/^\ufeff/, ''));
}

function toLatin1(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text ? bytes : undefined;
}

function fromBase64(text: string): Buffer | undefined {
  if (text.length < 4 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

/** A body as it may have been, and what happened to it since. */
export interface Undone {
  readonly body: Buffer;
  readonly changes: readonly BodyChange[];
}

/** A larger body is tried with one change alone: to look for two would take long. */
const MAX_FOR_TWO = 256 * 1024;

/** After one change, and after two. A change that changes nothing is left out. */
export function* undoneBodies(body: Buffer): Generator<Undone> {
  const once = [...undo({ body, changes: [] })];
  yield* once;
  if (body.length > MAX_FOR_TWO) return;
  for (const first of once) yield* undo(first);
}

function* undo({ body, changes }: Undone): Generator<Undone> {
  for (const change of BODY_CHANGES) {
    const before = attempt(change, body);
    if (before && !before.equals(body)) yield { body: before, changes: [...changes, change] };
  }
}

/** What can't be decoded was not encoded. */
function attempt({ undo: undoOne }: BodyChange, body: Buffer): Buffer | undefined {
  try {
    return undoOne(body);
  } catch {
    return undefined;
  }
}
