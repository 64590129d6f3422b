import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accentOf, BACKGROUND, readable } from '../../../console/app/theme.ts';

/** Red, green and blue of `#rrggbb` or `rgb(r, g, b)`. */
const channels = (colour: string): number[] =>
  colour.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
    : colour.match(/\d+/g)!.map(Number);

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [r, g, b] = channels(colour)
    .map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const colour = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
const scheme = fc.constantFrom('light', 'dark' as const);

describe('an accent that a tenant chose', () => {
  it('can be read on every background, whatever it is, and so can what stands on it (E15)', () => {
    fc.assert(
      fc.property(colour, scheme, (chosen, scheme) => {
        const { main, dark, contrastText } = accentOf(scheme, chosen);
        for (const background of Object.values(BACKGROUND[scheme])) {
          expect(contrast(main, background)).toBeGreaterThanOrEqual(4.5);
        }
        expect(contrast(main, contrastText)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark, contrastText)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it.each([
    ['#1f5fbf', 'light'],
    ['#f2b25c', 'dark'],
  ] as const)('stays as it is where it can be read: %s, %s', (chosen, scheme) => {
    expect(contrast(readable(chosen, scheme), chosen)).toBeCloseTo(1);
  });
});
