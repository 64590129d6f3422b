import { readBytes } from '../payload/read-bytes.ts';
import type { Request } from './types.ts';

/** Quotes a text for a POSIX shell. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** curl makes these itself, of the URL, the payload and the connection. */
const OWN = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);

/** Longer payloads are read from a file: shells and terminals take lines of some 100 kB. */
const MOST_CHARACTERS = 60_000;

/**
 * A terminal takes these for keys where it does not know that a text is pasted: after enough of DEL, what follows stands before
 * the quote.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const KEYS = /[\u000b\u000c\u007f-\u009f]/;

const HIDDEN = '[hidden]';

export interface CurlCommand {
  readonly text: string;
  /** What the viewer has to do, or to know, before it works. */
  readonly notes: readonly string[];
  /** Where the payload has to be, if it is not in the command. */
  readonly file: string | undefined;
}

/**
 * The request of an attempt as a line for a shell.
 * @param body the event's payload
 * @param name of the file for a payload that can't stand in a command, without its extension
 */
export function curlOf(request: Request, body: Uint8Array, name: string): CurlCommand {
  const headers = Object.entries(request.headers ?? {}).filter(([header]) => !OWN.has(header.toLowerCase()));
  const text = readBytes(body).text;
  const obstacle = obstacleOf(text);
  const file = obstacle && `${fileSafe(name)}.${text === undefined ? 'bin' : 'txt'}`;
  const data = file === undefined ? `--data-raw ${quote(text!)}` : `--data-binary ${quote(`@${file}`)}`;
  const lines = [
    `curl -i -X ${request.method} ${quote(request.url)}`,
    // An empty value would remove the header: curl takes a semicolon for that.
    ...headers.map(([header, value]) => `-H ${quote(value === '' ? `${header};` : `${header}: ${value}`)}`),
    data,
  ];
  const hidden = headers.filter(([, value]) => value.includes(HIDDEN)).map(([header]) => header);
  return {
    text: lines.join(' \\\n  '),
    file,
    notes: [
      ...(obstacle ? [`The payload ${obstacle}. Download it as ${file} first.`] : []),
      ...(hidden.length > 0
        ? [`These values are hidden from you: ${hidden.join(', ')}. Fill them in, or leave the lines out.`]
        : []),
      ...(request.url.includes(HIDDEN) ? ['The query of the URL is hidden from you. Fill it in.'] : []),
      ...(request.batch
        ? [
            `The request carried ${request.batch.events} events as one JSON array. This has the payload of this event alone, so its signature does not verify.`,
          ]
        : []),
      'An endpoint that checks the time refuses a signature of more than 5 minutes ago.',
    ],
  };
}

/** Why a payload can't stand in a command; undefined where it can. */
function obstacleOf(text: string | undefined): string | undefined {
  if (text === undefined) return 'is binary data';
  if (KEYS.test(text)) return 'is not safe to paste: it holds control characters';
  return text.length > MOST_CHARACTERS ? 'is too long for a command' : undefined;
}

const fileSafe = (name: string): string => name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80);
