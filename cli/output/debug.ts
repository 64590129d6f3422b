import type { Hooks } from '../../client/index.ts';
import type { Io } from '../io.ts';
import { coloursFor } from './colours.ts';
import { safeLines } from './safe-text.ts';

/** What `--debug` shows of requests and answers, on stderr, with secrets hidden. */

/** Members of bodies whose values open something. Values of own headers may be credentials. */
const SECRET = /secret|token|^key$|apikey|password|^authorization$|^cookie$|^ticket$|^code$|^verifier$/i;
const HIDDEN = '[hidden]';
/** Within a text: what follows its name in an address, and what says by its beginning that it opens something. */
const IN_ADDRESS = /([?&#](?:ticket|token|key|link|code|secret)=)[^&#\s"]+/gi;
const BY_ITSELF = /\b(whsec_|whsk_|tkt_|ph[kls]_\w{26}_)[\w+/=-]{8,}|\b(eyJ)[\w-]+\.[\w.-]+/g;
/** A payload of megabytes is no help. */
const SHOWN_CHARACTERS = 4000;

/** A text with what opens something in it hidden, wherever it stands. */
const textWithoutSecrets = (text: string): string =>
  text.replace(IN_ADDRESS, `$1${HIDDEN}`).replace(BY_ITSELF, `$1$2${HIDDEN}`);

/** JSON with what opens something hidden, at any depth. What is no JSON is shown by its size. */
export function withoutSecrets(text: string): string {
  try {
    const hidden = JSON.stringify(JSON.parse(text), (name, value: unknown) =>
      hides(name, value) ? HIDDEN : name === 'headers' ? headersHidden(value) : value,
    );
    return cut(textWithoutSecrets(hidden), text.length);
  } catch {
    return `(${text.length} characters that are no JSON)`;
  }
}

const cut = (shown: string, length: number): string =>
  shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}… (${length} characters)` : shown;

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
  const say = (text: string): void =>
    void io.stderr.write(`${colours.dim(safeLines(textWithoutSecrets(text)))}\n`);
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
