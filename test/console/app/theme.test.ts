import { getContrastRatio } from '@mui/material/styles';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accentOf, BACKGROUND, readable } from '../../../console/app/theme.ts';

const colour = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
const scheme = fc.constantFrom('light', 'dark' as const);

describe('an accent that a tenant chose', () => {
  it('can be read on every background, whatever it is, and so can what stands on it (E15)', () => {
    fc.assert(
      fc.property(colour, scheme, (chosen, scheme) => {
        const { main, dark, contrastText } = accentOf(scheme, chosen);
        for (const background of Object.values(BACKGROUND[scheme])) {
          expect(getContrastRatio(main, background)).toBeGreaterThanOrEqual(4.5);
        }
        expect(getContrastRatio(main, contrastText)).toBeGreaterThanOrEqual(4.5);
        expect(getContrastRatio(dark, contrastText)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it.each([
    ['#1f5fbf', 'light'],
    ['#f2b25c', 'dark'],
  ] as const)('stays as it is where it can be read: %s, %s', (chosen, scheme) => {
    expect(getContrastRatio(readable(chosen, scheme), chosen)).toBeCloseTo(1);
  });
});
