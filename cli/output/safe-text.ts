/**
 * Text of others, as a terminal may show it: an event's data or an endpoint's answer could otherwise move the cursor, set the
 * title, or turn the direction of writing.
 */

/** Control characters, C0 and C1, and marks of direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** The same but for line breaks and tabs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE_IN_LINES = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string =>
  ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[character] ??
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** In one line. */
export const safeText = (text: string): string => text.replace(UNSAFE, escaped);

/** In several lines. */
export const safeLines = (text: string): string => text.replace(UNSAFE_IN_LINES, escaped);

/** Colours, as we write them ourselves (ECMA-48, 8.3.117). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const COLOURS = /(\u001b\[[\d;]*m)/;

/** In several lines, with their colours: the worst that a text which nobody has made safe can do is to be red. */
export const safeColoured = (text: string): string =>
  text
    .split(COLOURS)
    .map((part, at) => (at % 2 === 1 ? part : safeLines(part)))
    .join('');
