import type { Hooks } from '../../client/index.ts';
import type { Io } from '../io.ts';
import { coloursFor } from './colours.ts';
import { safeLines } from './safe-text.ts';

/** What `--debug` shows of requests and answers, on stderr, with secrets hidden. */

/** Members of bodies whose values open something. Values of own headers may be credentials. */
const SECRET = /secret|token|^key$|apikey|password|^authorization$|^cookie$|^ticket$|^code$|^verifier$/i;
const HIDDEN = '[hidden]';
/** A payload of megabytes is no help. */
const SHOWN_CHARACTERS = 4000;

/** JSON with what opens something hidden, at any depth. What is no JSON is shown by its size. */
export function withoutSecrets(text: string): string {
  try {
    const hidden = JSON.stringify(JSON.parse(text), (name, value: unknown) =>
      hides(name, value) ? HIDDEN : name === 'headers' ? headersHidden(value) : value,
    );
    return hidden.length > SHOWN_CHARACTERS
      ? `${hidden.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)`
      : hidden;
  } catch {
    return `(${text.length} characters that are no JSON)`;
  }
}

const hides = (name: string, value: unknown): boolean =>
  SECRET.test(name) && (typeof value === 'string' || Array.isArray(value));

const headersHidden = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.keys(value).map((name) => [name, HIDDEN]))
    : value;

const SHOWN_HEADERS = [
  'authorization',
  'accept',
  'content-type',
  'etag',
  'idempotency-key',
  'if-match',
  'retry-after',
  'apigw-requestid',
];

const shown = (headers: Headers): string =>
  [...headers]
    .filter(([name]) => SHOWN_HEADERS.includes(name))
    .map(([name, value]) => `    ${name}: ${value}`)
    .join('\n');

/** Hooks of the client, which print one after the other, each with its body. */
export function debugHooks(io: Io): Required<Hooks> {
  const colours = coloursFor(io, 'stderr');
  const say = (text: string): void => void io.stderr.write(`${colours.dim(safeLines(text))}\n`);
  let last: Promise<void> = Promise.resolve();
  const inTurn = (head: string, headers: Headers | undefined, body: Promise<string>): void => {
    last = last.then(async () => {
      say([head, headers ? shown(headers) : ''].filter(Boolean).join('\n'));
      const text = await body.catch(() => '');
      if (text !== '') say(`    ${withoutSecrets(text)}`);
    });
  };
  return {
    onRequest: ({ method, url, headers, text }) => inTurn(`→ ${method} ${url}`, headers, text()),
    onResponse: ({ status, tookMs, headers, error, text }) =>
      inTurn(`← ${status ?? `no answer: ${String(error)}`} in ${tookMs} ms`, headers, text()),
  };
}
