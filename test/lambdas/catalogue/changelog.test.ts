import { expect, it } from 'vitest';
import { entriesOf, entryOf, withEntry } from '../../../lambdas/catalogue/changelog.ts';
import type { SchemaChange } from '../../../lambdas/catalogue/schema-change.ts';

const change = (path: string, effect: SchemaChange['effect'] = 'compatible'): SchemaChange => ({
  path,
  rule: 'property-added',
  effect,
  message: 'was not described, is string',
});
const at = '2026-11-21T12:00:00.000Z';
const entry = (version: string, changes = [change('a')]) =>
  entryOf(changes, { at, version, previousVersion: version });

it('an entry is breaking if one of its changes is, or may be (E13)', () => {
  const of = (...effects: SchemaChange['effect'][]) =>
    entry(
      '1',
      effects.map((effect) => change('a', effect)),
    ).compatibility;
  expect([of('compatible'), of('compatible', 'unclear'), of('breaking')]).toEqual([
    'compatible',
    'breaking',
    'breaking',
  ]);
});

it('an entry names the version before where it was another', () => {
  expect(entry('1')).not.toHaveProperty('previousVersion');
  expect(entryOf([change('a')], { at, version: '2', previousVersion: '1' })).toMatchObject({
    version: '2',
    previousVersion: '1',
  });
});

it('an entry keeps its first changes, and counts the others', () => {
  const many = entry(
    '1',
    Array.from({ length: 25 }, (_, i) => change(`p${i}`)),
  );
  expect([many.changes.length, many.more]).toEqual([20, 5]);
  expect(entry('1')).not.toHaveProperty('more');
});

it('a changelog has the newest first, and is bounded in entries and bytes', () => {
  let text: string | undefined;
  for (let version = 1; version <= 60; version++) text = withEntry(text, entry(String(version)));
  expect(entriesOf(text).map((one) => one.version)).toEqual(
    Array.from({ length: 50 }, (_, i) => String(60 - i)),
  );
  const large = entry(
    'large',
    Array.from({ length: 20 }, () => ({ ...change('x'.repeat(200)), message: 'ü'.repeat(250) })),
  );
  for (let i = 0; i < 60; i++) text = withEntry(text, large);
  expect(Buffer.byteLength(text!)).toBeLessThanOrEqual(64 * 1024 + 2);
  expect(entriesOf(text).length).toBeGreaterThan(1);
  expect(entriesOf(undefined)).toEqual([]);
});
