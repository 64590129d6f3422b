/** Enough to recognise a text by, in characters. */
export const MAX_LENGTH = 200;

/** A text as a message quotes it. @param isPart whether the text is only the beginning of the quoted one */
export function shortened(text: string, isPart = false): string {
  if (text.length <= MAX_LENGTH && !isPart) return text;
  // A cut must not split a character.
  const whole = text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return `${whole}…`;
}
