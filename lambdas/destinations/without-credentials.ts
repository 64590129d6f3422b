import { KEPT_BYTES } from '../http-client/attempt-record.ts';
import { HIDDEN } from '../values/hidden.ts';

/** A shorter value of a header or a query may be any word, and says nothing to those who read it. */
const SECRET_LENGTH = 8;

/** Of values that may be credentials, those that are long enough. */
export const longOnes = (values: Iterable<string>): string[] =>
  [...values].filter(({ length }) => length >= SECRET_LENGTH);

/**
 * Makes texts without credentials. Endpoints repeat in answers what they were sent, also escaped, and what is kept of an answer is
 * shown to readers.
 */
export function hiderOf(credentials: readonly string[]): (text: string) => string {
  const forms = [...new Set(credentials.flatMap(formsOf))].filter((form) => form !== '');
  if (forms.length === 0) return (text) => text;
  // At each place the longest: one may begin with another.
  const longestFirst = forms.sort((a, b) => b.length - a.length);
  const any = new RegExp(longestFirst.map((form) => escaped(form)).join('|'), 'g');
  return (text) => {
    const hidden = text.replace(any, HIDDEN);
    const isCut = Buffer.byteLength(text) > KEPT_BYTES - LONGEST_CHARACTER;
    const whole = isCut ? withoutBeginning(hidden, longestFirst) : hidden;
    // A credential of one character could make it many times as long.
    return whole.slice(0, KEPT_BYTES);
  };
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** In bytes. */
const LONGEST_CHARACTER = 4;

/** How a text may stand in an answer: as it is, in JSON, in a URL, a form, or HTML. */
function formsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const whole = text.toWellFormed();
  const html = text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const named = text.replace(/[&<>"]/g, (character) => NAMED[character]!);
  return [
    ...[text, json, json.replaceAll('/', '\\/'), html, named, named.replaceAll("'", '&#39;')],
    ...[encodeURI(whole), encodeURIComponent(whole), new URLSearchParams([['', whole]]).toString().slice(1)],
  ];
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The shortest beginning of a credential that is taken for one. */
const BEGINNING = 4;

/** A text that was cut may end with the beginning of a credential. */
function withoutBeginning(text: string, credentials: readonly string[]): string {
  const longest = Math.max(
    0,
    ...credentials.map((credential) => {
      for (let length = Math.min(credential.length - 1, text.length); length >= BEGINNING; length--)
        if (text.endsWith(credential.slice(0, length))) return length;
      return 0;
    }),
  );
  return longest === 0 ? text : text.slice(0, -longest) + HIDDEN;
}
