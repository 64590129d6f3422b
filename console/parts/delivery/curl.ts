import { readBytes } from '../payload/read-bytes.ts';
import type { Request } from './types.ts';

/** Quotes a text for a POSIX shell. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** curl makes these itself, of the URL, the payload and the connection. */
const OWN = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);

/** Longer payloads are read from a file: shells and terminals take lines of some 100 kB. */
const MOST_CHARACTERS = 60_000;

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
  const isInline = text !== undefined && text.length <= MOST_CHARACTERS;
  const file = isInline ? undefined : `${fileSafe(name)}.${text === undefined ? 'bin' : 'txt'}`;
  const data = isInline ? `--data-raw ${quote(text)}` : `--data-binary ${quote(`@${file}`)}`;
  const lines = [
    `curl -i -X POST ${quote(request.url)}`,
    // An empty value would remove the header: curl takes a semicolon for that.
    ...headers.map(([header, value]) => `-H ${quote(value === '' ? `${header};` : `${header}: ${value}`)}`),
    data,
  ];
  const hidden = headers.filter(([, value]) => value.includes(HIDDEN)).map(([header]) => header);
  return {
    text: lines.join(' \\\n  '),
    file,
    notes: [
      ...(file !== undefined
        ? [
            text === undefined
              ? `The payload is binary data. Download it as ${file} first.`
              : `The payload is too long for a command. Download it as ${file} first.`,
          ]
        : []),
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

const fileSafe = (name: string): string => name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80);
