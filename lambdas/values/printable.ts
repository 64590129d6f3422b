/**
 * Characters that CloudEvents allows in a text attribute, since it may become a header: no control characters, no
 * halves of surrogate pairs, none that Unicode says are no characters.
 */
const PRINTABLE = /^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]+$/u;

export const isPrintable = (text: string): boolean => PRINTABLE.test(text);
