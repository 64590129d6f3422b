/**
 * `match()` and `search()` take I-Regexps (RFC 9485), of which RE2 has all but one thing: their dot stands for no
 * `\r`, where RE2's stands for any character but `\n`.
 */

/** Quoted texts, escapes and classes, in which a dot is a dot; and dots. */
const TOKENS = /\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\./gs;

/** RE2's own flag: who asks for dots that stand for everything gets them. I-Regexps have no flags. */
const DOT_IS_ALL = /\(\?[a-zA-Z]*s/;

/** The expression of RE2 that fits what an I-Regexp fits (RFC 9485, 5.4). */
export const ofIRegexp = (pattern: string): string =>
  DOT_IS_ALL.test(pattern)
    ? pattern
    : pattern.replace(TOKENS, (token) => (token === '.' ? '[^\\n\\r]' : token));
