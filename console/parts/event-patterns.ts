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

/** Part by part over all ends that a match can have: to try each `**` at each length would take minutes for a hostile pattern. */
function fitsFrom(wanted: readonly string[], segments: readonly string[]): boolean {
  // Whether the parts so far fit the first so many segments.
  let ends = [true, ...segments.map(() => false)];
  for (const part of wanted) {
    let isReached = false;
    ends = ends.map((isEnd, i) => {
      if (part === '**') {
        isReached ||= isEnd;
        return isReached;
      }
      return i > 0 && ends[i - 1]! && (part === '*' || part === segments[i - 1]);
    });
  }
  return ends.at(-1)!;
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
