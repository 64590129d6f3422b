/** Event types and patterns, as the API compares them: `*` is one segment, `**` any number of them. */

/** The first segment of Posthorn's own events. No wildcard stands for it. */
const OWN = 'posthorn';

/** Whether a pattern takes events of this type. */
export function fits(pattern: string, type: string): boolean {
  const [wanted, segments] = [pattern.split('.'), type.split('.')];
  if (segments[0] === OWN && segments.length > 1) {
    return wanted[0] === OWN && fitsFrom(wanted.slice(1), segments.slice(1));
  }
  return fitsFrom(wanted, segments);
}

function fitsFrom(wanted: readonly string[], segments: readonly string[]): boolean {
  const [first, ...others] = wanted;
  if (first === undefined) return segments.length === 0;
  if (first === '**')
    return segments.some((_, i) => fitsFrom(others, segments.slice(i))) || fitsFrom(others, []);
  return (
    (first === '*' || first === segments[0]) && segments.length > 0 && fitsFrom(others, segments.slice(1))
  );
}

/** Whether a pattern stands for more than one type. */
export const isPattern = (text: string): boolean =>
  text.split('.').some((each) => each === '*' || each === '**');

/** A pattern in words, for somebody who writes one. */
export function patternWords(pattern: string): string {
  if (pattern === '**' || pattern === '*') return 'every event that is published';
  const words = pattern
    .split('.')
    .map((each) => (each === '*' ? 'any segment' : each === '**' ? 'any number of segments' : each));
  return isPattern(pattern) ? words.join(', then ') : 'this type';
}
