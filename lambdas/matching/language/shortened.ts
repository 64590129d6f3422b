/** Enough to recognise a text by, in characters. */
export const MAX_LENGTH = 200;

/** A text as a message quotes it. @param isPart whether the text is only the beginning of what it tells of */
export function shortened(text: string, isPart = false): string {
  if (text.length <= MAX_LENGTH && !isPart) return text;
  // Not between the halves of one character.
  const whole = text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
  return `${whole}…`;
}
