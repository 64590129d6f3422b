import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  HIDDEN,
  secretStillHidden,
  withoutSecrets,
  withSecrets,
} from '../../../lambdas/manage/hide-secrets.ts';

const PATHS = ['key', 'auth.password', 'headers.*'];

const settings = fc.record(
  {
    key: fc.string(),
    auth: fc.record({ user: fc.string(), password: fc.string() }, { requiredKeys: [] }),
    headers: fc.dictionary(fc.string(), fc.string()),
    plain: fc.string(),
  },
  { requiredKeys: [] },
);

it('shows no credential, and all else', () => {
  const shown = withoutSecrets(
    { key: 'k', auth: { user: 'u', password: 'p' }, headers: { a: '1', b: '2' }, plain: 'x' },
    PATHS,
  );
  expect(shown).toEqual({
    key: HIDDEN,
    auth: { user: 'u', password: HIDDEN },
    headers: { a: HIDDEN, b: HIDDEN },
    plain: 'x',
  });
});

it('gives back what was hidden, once it is written as it was shown', () => {
  fc.assert(
    fc.property(settings, (stored) => {
      expect(withSecrets(withoutSecrets(stored, PATHS), PATHS, stored)).toEqual(stored);
    }),
  );
});

it('says which credential nothing stands for', () => {
  const written = { key: 'new', headers: { a: HIDDEN, b: HIDDEN } };
  const kept = withSecrets(written, PATHS, { headers: { a: '1' } });
  expect(kept).toEqual({ key: 'new', headers: { a: '1', b: HIDDEN } });
  expect(secretStillHidden(kept, PATHS)).toBe('headers.b');
  expect(secretStillHidden({ plain: HIDDEN }, PATHS)).toBeUndefined();
});

it('takes no value from above an object', () => {
  expect(withSecrets({ key: HIDDEN }, ['key', 'toString'], {})).toEqual({ key: HIDDEN });
  expect(withoutSecrets({ plain: 'x' }, ['constructor.name', '__proto__.a'])).toEqual({ plain: 'x' });
});
