import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Work } from '../../../../lambdas/matching/language/step-budget.ts';
import { caseless, finder, fold } from '../../../../lambdas/matching/operators/text-search.ts';
import { runs } from '../../../helpers/runs.ts';

const few = (...characters: string[]) =>
  fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((all) => all.join(''));

describe('a search in linear time', () => {
  it('finds what the platform’s own finds', () => {
    const wanted = few('a', 'b').filter((text) => text !== '');
    fc.assert(
      fc.property(few('a', 'b'), few('a', 'b'), wanted, fc.nat(30), (left, right, text, from) => {
        const whole = left + text.slice(1) + right + left;
        const found = whole.indexOf(text, from);
        expect(finder(text)(whole, from, new Work())).toBe(found < 0 ? -1 : found + text.length);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('counts the characters that it has read, and no further ones', () => {
    const steps = (text: string): number => {
      const work = new Work();
      finder('needle')(text, 0, work);
      return work.steps;
    };
    expect(steps(`needle${'x'.repeat(1_000_000)}`)).toBe(1);
    expect(steps('x'.repeat(32_000))).toBe(1000);
  });
});

describe('letters whose case does not count', () => {
  const letters = few('a', 'A', 'é', 'É', 'σ', 'ς', 'Σ', 'ß', 'ẞ', 'İ', 'i', '𐐀', '𐐨', '[', '{');

  it('are the same in either direction, and in every part', () => {
    const isSame = (one: string, other: string): boolean =>
      one.length === other.length && caseless(one)(other, 0, new Work());
    fc.assert(
      fc.property(letters, letters, letters, letters, (a, b, c, d) => {
        expect(isSame(a, b)).toBe(isSame(b, a));
        expect(isSame(a, a)).toBe(true);
        if (isSame(a, b) && isSame(c, d)) expect(isSame(a + c, b + d)).toBe(true);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('are those of Unicode’s table, of which the platform’s expressions have the simple folding', () => {
    const all = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => code >> 11 !== 27);
    const characters = all.map((code) => String.fromCodePoint(code));
    const quoted = (one: string): string => (/[\^$\\.*+?()[\]{}|/-]/.test(one) ? `\\${one}` : one);
    const isSame = (one: string, other: string): boolean => new RegExp(`^${quoted(one)}$`, 'iu').test(other);
    const folded = characters.filter((one) => fold(one) !== one);
    expect(folded.filter((one) => !isSame(fold(one), one))).toEqual([]);
    // What has no case is itself alone; all that has one is in one text, which each is searched for in.
    const cased = characters.filter(
      (one) =>
        one.toLowerCase() !== one || one.toUpperCase() !== one || /\p{Changes_When_Casefolded}/u.test(one),
    );
    const text = cased.join('');
    const others = cased.filter((one) =>
      text.match(new RegExp(quoted(one), 'giu'))!.some((other) => fold(other) !== fold(one)),
    );
    expect(others).toEqual([]);
    expect(folded.length).toBeGreaterThan(1400);
  });

  it('are never found beyond the end of a text', () => {
    expect(caseless('ab')('xa', 1, new Work())).toBe(false);
    expect(caseless('')('', 0, new Work())).toBe(true);
  });
});
