import type { Header } from './captured.ts';

/** The id and the time are signed with the body. These are values that the headers may have had. */
export interface HeaderChange {
  readonly id: string;
  readonly timestamp: string;
  readonly header: 'webhook-id' | 'webhook-timestamp';
  /** What happened to the header, after its name. */
  readonly did: string;
}

interface Signed {
  readonly id: string;
  readonly timestamp: string;
}

/** Seconds. A request that is sent again is often given a new time, mostly within a working day. */
const NEAR = 6 * 3600;

const ID_CHARACTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:'];

export function* headerChanges(signed: Signed, headers: readonly Header[]): Generator<HeaderChange> {
  yield* likelyIds(signed, headers);
  yield* times(signed);
  yield* idsOneAway(signed);
}

function* likelyIds({ id, timestamp }: Signed, headers: readonly Header[]): Generator<HeaderChange> {
  const of = (other: string, did: string): HeaderChange => ({
    id: other,
    timestamp,
    header: 'webhook-id',
    did,
  });
  yield of(id.replace(/^["'<]+|["'>]+$/g, ''), 'is in quotes that were not signed');
  yield of(id.toLowerCase(), 'was written in capitals');
  yield of(id.toUpperCase(), 'was written in small letters');
  yield of(
    id.replace(/^([^_]*_)(.*)$/s, (_, prefix, rest) => `${prefix.toLowerCase()}${rest.toUpperCase()}`),
    'was written in other letters, small or capital',
  );
  yield of(decoded(id), 'is URL-encoded');
  yield of('', 'was empty when it was signed');
  for (const { name, value } of headers) {
    if (name !== 'webhook-id') yield of(value, `was replaced: what was signed stands in ${name}`);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function* times({ id, timestamp }: Signed): Generator<HeaderChange> {
  const of = (other: string, did: string): HeaderChange => ({
    id,
    timestamp: other,
    header: 'webhook-timestamp',
    did,
  });
  const number = Number(timestamp);
  const date = Date.parse(timestamp);
  if (!Number.isNaN(date) && Number.isNaN(number))
    yield of(String(Math.floor(date / 1000)), 'was written as a date; seconds since 1970 were signed');
  if (!Number.isFinite(number)) return;
  yield of(String(Math.floor(number / 1000)), 'was written in milliseconds; seconds since 1970 were signed');
  yield of(String(Math.floor(number)), 'got another form; whole seconds since 1970 were signed');
  for (let away = 1; away <= NEAR; away++) {
    for (const other of [number - away, number + away]) {
      const what = `was changed: ${other} was signed, ${away} s ${other < number ? 'before' : 'after'} it`;
      yield of(String(other), what);
    }
  }
}

/** One character is another one, is missing, or was added. */
function* idsOneAway({ id, timestamp }: Signed): Generator<HeaderChange> {
  const of = (other: string, did: string): HeaderChange => ({
    id: other,
    timestamp,
    header: 'webhook-id',
    did,
  });
  for (let at = 0; at < id.length; at++)
    yield of(id.slice(0, at) + id.slice(at + 1), `got a character that was not signed, its ${nth(at)}`);
  for (const character of ID_CHARACTERS) {
    for (let at = 0; at < id.length; at++)
      yield of(
        id.slice(0, at) + character + id.slice(at + 1),
        `has another character than was signed, its ${nth(at)}`,
      );
    for (let at = 0; at <= id.length; at++)
      yield of(id.slice(0, at) + character + id.slice(at), `lost a character, its ${nth(at)}`);
  }
}

const nth = (at: number): string => {
  const number = at + 1;
  const teen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`;
};
