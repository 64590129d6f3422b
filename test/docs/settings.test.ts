import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settingsPage } from '../../construct/settings-page.ts';

it('docs/settings.md is what npm run settings writes', () => {
  const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
  expect(settingsPage()).toBe(page);
}, 120_000);
