import { describe, expect, it } from 'vitest';
import { ONE_LINE } from '../../../lambdas/api/patterns.ts';
import { description, name } from '../../../lambdas/api/schemas.ts';

describe('a text for people, of one line', () => {
  it.each(['Ledger', 'חשבונות', 'حسابات', 'Zoë & Søn 🧾', 'a\u200db', '\u200e'])('is a name: %j', (text) => {
    for (const schema of [name, description]) expect(schema.safeParse(text).success).toBe(true);
    expect(text).toMatch(new RegExp(ONE_LINE));
  });

  it.each([
    '\u202a',
    '\u202b',
    '\u202c',
    '\u202d',
    '\u202e',
    '\u2066',
    '\u2067',
    '\u2068',
    '\u2069',
    '\n',
    '\u0085',
  ])('has no character that changes how the rest is read: %j', (character) => {
    for (const schema of [name, description]) {
      expect(schema.safeParse(`invoice-${character}gpj.exe`).success).toBe(false);
    }
    expect(`a${character}b`).not.toMatch(new RegExp(ONE_LINE));
  });
});
