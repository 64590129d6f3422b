import { expect, it } from 'vitest';
import { isRfc3339 } from '../../../lambdas/values/rfc3339.ts';

it.each([
  ['2026-11-21T10:00:00Z', true],
  ['2026-11-21t10:00:00.123456z', true],
  ['2024-02-29T10:00:00+05:30', true],
  ['1990-12-31T23:59:60Z', true],
  ['2026-02-29T10:00:00Z', false],
  ['2026-13-01T10:00:00Z', false],
  ['2026-00-01T10:00:00Z', false],
  ['2026-01-00T10:00:00Z', false],
  ['2026-11-21T25:00:00Z', false],
  ['2026-11-21T10:00:00', false],
  ['2026-11-21', false],
  ['now', false],
])('%s is a time: %s', (text, expected) => expect(isRfc3339(text)).toBe(expected));
