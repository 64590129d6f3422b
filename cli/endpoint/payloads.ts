/** Bodies that are sent. Pure. */

/** The types of events that are a check's own. An endpoint that knows its types ignores them. */
export const CHECK_TYPE = 'posthorn.check';
export const UNKNOWN_TYPE = 'posthorn.check.unknown';

/** The form of Standard Webhooks, so that an endpoint which reads the type from the body finds it. */
export const checkPayload = (type: string, atMs: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      type,
      timestamp: new Date(atMs).toISOString(),
      data: { test: true, message: 'posthorn check-endpoint looks how this endpoint answers. Ignore it.' },
    }),
  );

/**
 * A member as no serialiser would write it again: other blanks, escapes beside the characters that they stand for, numbers
 * that a double does not hold or that are written in another way.
 */
const ODD_MEMBER = String.raw`"posthornCheck" :	{"text":"Gr\u00fc\u00dfe Grüße 日本語 \ud83d\ude00😀 ${'\u2028'} a\/b",
  "amount": 1200.50, "large" : 12345678901234567890, "small":1E-7 }`;

/** The same event in an unusual spelling: an endpoint that verifies anything but the bytes finds another signature. */
export const oddlyWritten = (payload: Uint8Array): Buffer =>
  Buffer.from(`\n${withMember(payload, ODD_MEMBER)} \n`);

/** A form in which serialisers write JSON. */
interface Rewritten {
  /** What writes it. */
  readonly by: string;
  readonly body: Buffer;
}

/** The same event as usual serialisers write it, where that differs: an endpoint that parses it and writes it again gets these bytes. */
export function rewritten(payload: Uint8Array): Rewritten[] {
  const value: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
  const forms = [
    { by: 'JSON.stringify of JavaScript', text: JSON.stringify(value) },
    { by: 'json.dumps of Python', text: spaced(value).replace(/[\u007f-\uffff]/g, escaped) },
  ];
  return forms
    .map(({ by, text }) => ({ by, body: Buffer.from(text) }))
    .filter(({ body }) => !body.equals(payload));
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${spaced(one)}`);
  return `{${members.join(', ')}}`;
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The same event with something in it that was not signed. */
export const forged = (payload: Uint8Array): Buffer =>
  Buffer.from(withMember(payload, '"posthornCheck":"altered on its way"'));

const FILLER = 'A large event, to see whether this endpoint takes it. ';

/** The same event, filled up to so many bytes. */
export function filled(payload: Uint8Array, bytes: number): Buffer {
  const sizeOf = (text: string): Buffer => Buffer.from(withMember(payload, `"posthornCheck":"${text}"`));
  const missing = Math.max(0, bytes - sizeOf('').length);
  return sizeOf(FILLER.repeat(Math.ceil(missing / FILLER.length)).slice(0, missing));
}

/** Every byte there is, which is no UTF-8. */
export const everyByte = (): Buffer => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** A JSON object with one member more, as its first; another payload as a member beside it. */
function withMember(payload: Uint8Array, member: string): string {
  const text = Buffer.from(payload).toString('utf8').trim();
  if (!text.startsWith('{')) return `{${member},"data":${text}}`;
  const rest = text.slice(1).trimStart();
  return `{${member}${rest.startsWith('}') ? '' : ','}${rest}`;
}
