import type { Work } from '../language/step-budget.ts';

/** Searches texts of strangers for texts of strangers, with the steps counted. */

/** Characters for one step: each takes 5 nanoseconds, and 15 where all of them nearly match. */
const CHARACTERS_PER_STEP = 32;

/**
 * Steps of comparing a text with as many characters of another. The platform's `startsWith` takes up to 5 nanoseconds for
 * each; `===` takes a thirtieth.
 */
export const stepsToCompare = (wanted: string): number => Math.floor(wanted.length / CHARACTERS_PER_STEP);

/** Finds a text in another one, from a position on. @returns the position after it; -1 when it is not found */
export type Finder = (text: string, from: number, work: Work) => number;

/**
 * The search of Knuth, Morris and Pratt, which reads each character once. The platform's own takes up to the product of
 * both lengths: two seconds for 4 MB of `a`, and `b` between five hundred of them.
 * @param wanted not empty
 */
export function finder(wanted: string): Finder {
  let borders: number[] | undefined;
  return (text, from, work) => {
    // Made when first needed: most texts are never searched for, and events wait while an index is built.
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

/** For each prefix of a text, the length of the longest shorter prefix that it ends with. */
function bordersOf(text: string): number[] {
  const borders = [0];
  for (let at = 1, fits = 0; at < text.length; at++) {
    while (fits > 0 && text[fits] !== text[at]) fits = borders[fits - 1]!;
    if (text[fits] === text[at]) fits++;
    borders.push(fits);
  }
  return borders;
}

/** Whether a text is at a position of another one, ignoring the case of letters. */
export type CaselessTest = (text: string, at: number, work: Work) => boolean;

/**
 * Unicode's default case folding in its simple form (CaseFolding.txt, statuses C and S): one character becomes one, so
 * that a text keeps its length and a prefix of an equal text is equal. `Σ` is `σ` and `ς`, `K` is the sign of kelvin, `ẞ`
 * is `ß`. Not included are foldings to several characters (`ß` is not `ss`, `ﬁ` not `fi`), those of Turkish alone (`I` is
 * not `ı`, `İ` not `i`), and normalisation.
 */
export function caseless(wanted: string): CaselessTest {
  let folded: string | undefined;
  return (text, from, work) => {
    folded ??= Array.from(wanted, fold).join('');
    if (text.length - from < folded.length) return false;
    for (let i = 0; i < folded.length; ) {
      const code = text.codePointAt(from + i)!;
      // A character beyond ASCII is looked up, which takes as long as a step.
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

/** Foldings that upper and lower case do not give. A test checks all of Unicode against the platform's own table. */
const FOLDED: ReadonlyMap<string, string> = new Map([
  ['\u0131', '\u0131'],
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
]);

/** Through the upper case, which letters with several lower cases share. */
export function fold(character: string): string {
  const known = FOLDED.get(character);
  if (known !== undefined) return known;
  const upper = character.toUpperCase();
  const lower = (upper.length === character.length ? upper : character).toLowerCase();
  return lower.length === character.length ? lower : character;
}
