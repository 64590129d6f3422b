/**
 * `match()` and `search()` take I-Regexps (RFC 9485). RE2 differs in one thing: their dot does not stand for `\r`, and
 * RE2's stands for any character but `\n`.
 */

/** Quoted texts, escapes and classes, in which a dot is a dot; and dots. */
const TOKENS = /\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\./gs;

/** RE2's own flag, with which a dot stands for every character. I-Regexps have no flags. */
const DOT_IS_ALL = /\(\?[a-zA-Z]*s/;

/** The expression of RE2 that matches what an I-Regexp matches (RFC 9485, 5.4). */
export const ofIRegexp = (pattern: string): string =>
  DOT_IS_ALL.test(pattern)
    ? pattern
    : pattern.replace(TOKENS, (token) => (token === '.' ? '[^\\n\\r]' : token));
