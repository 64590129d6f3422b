import type { Work } from '../language/work.ts';

/** Searches in texts of strangers for texts of strangers, with their cost counted. */

/** Characters that one step of work covers: each takes 5 nanoseconds, and 15 where all of them nearly fit. */
const CHARACTERS_PER_STEP = 32;

/**
 * Steps of holding a text against as many characters of another. The platform's own `startsWith` takes up to 5
 * nanoseconds for each; `===` takes a thirtieth.
 */
export const stepsToCompare = (wanted: string): number => Math.floor(wanted.length / CHARACTERS_PER_STEP);

/** Where a text is next found in another from a position on, as the position behind it; -1 when nowhere. */
export type Finder = (text: string, from: number, work: Work) => number;

/**
 * The search of Knuth, Morris and Pratt, which looks at each character once. The platform's own takes up to as many
 * looks as the one text's length times the other's: two seconds for 4 MB of `a`, and `b` between five hundred of them.
 * @param wanted not empty
 */
export function finder(wanted: string): Finder {
  let borders: number[] | undefined;
  return (text, from, work) => {
    // Most texts are never searched for, and an index of ten thousand filters is built while events wait.
    borders ??= bordersOf(wanted);
    let fits = 0;
    let at = from;
    while (at < text.length) {
      work.spend(1);
      const end = Math.min(at + CHARACTERS_PER_STEP, text.length);
      while (at < end) {
        const code = text.charCodeAt(at++);
        while (fits > 0 && wanted.charCodeAt(fits) !== code) fits = borders[fits - 1]!;
        if (wanted.charCodeAt(fits) === code && ++fits === wanted.length) return at;
      }
    }
    return -1;
  };
}

/** For each beginning of a text, how long the longest shorter beginning is with which it ends. */
function bordersOf(text: string): number[] {
  const borders = [0];
  for (let at = 1, fits = 0; at < text.length; at++) {
    while (fits > 0 && text[fits] !== text[at]) fits = borders[fits - 1]!;
    if (text[fits] === text[at]) fits++;
    borders.push(fits);
  }
  return borders;
}

/** Whether a text stands at a position of another, but for the case of its letters. */
export type CaselessTest = (text: string, at: number, work: Work) => boolean;

/**
 * By Unicode's default case folding, in its simple form (CaseFolding.txt, statuses C and S): one character becomes one,
 * so that a text keeps its length and the beginning of an equal text is equal. `Σ` is `σ` and `ς`, `K` is the sign of
 * kelvin, `ẞ` is `ß`. Left out is what the full form makes several characters of (`ß` is not `ss`, `ﬁ` not `fi`), what
 * only Turkish has (`I` is not `ı`, `İ` not `i`), and normalisation.
 */
export function caseless(wanted: string): CaselessTest {
  let folded: string | undefined;
  return (text, from, work) => {
    folded ??= Array.from(wanted, fold).join('');
    if (text.length - from < folded.length) return false;
    for (let i = 0; i < folded.length; ) {
      const code = text.codePointAt(from + i)!;
      // Beyond ASCII a character is looked up, which takes as long as a step.
      if (code > 0x7f || i % CHARACTERS_PER_STEP === CHARACTERS_PER_STEP - 1) work.spend(1);
      if (foldedCode(code) !== folded.codePointAt(i)) return false;
      i += code > 0xffff ? 2 : 1;
    }
    return true;
  };
}

function foldedCode(code: number): number {
  if (code <= 0x7f) return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
  return fold(String.fromCodePoint(code)).codePointAt(0)!;
}

/** What the two cases of a character do not tell; a test holds all of Unicode against the platform's own table. */
const FOLDED: ReadonlyMap<string, string> = new Map([
  ['\u0131', '\u0131'],
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
]);

/** By way of the upper case, which letters share that have several lower ones. */
export function fold(character: string): string {
  const known = FOLDED.get(character);
  if (known !== undefined) return known;
  const upper = character.toUpperCase();
  const lower = (upper.length === character.length ? upper : character).toLowerCase();
  return lower.length === character.length ? lower : character;
}
