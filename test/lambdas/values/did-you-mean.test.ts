import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editsBetween } from '../../../lambdas/values/did-you-mean.ts';

const SUBSCRIPTION = [
  'name',
  'description',
  'metadata',
  'active',
  'url',
  'events',
  'where',
  'secret',
  'retry',
];
const EVENT = ['type', 'data', 'id', 'source', 'priority', 'region'];

describe('the name that was meant (D8)', () => {
  it.each<[string, readonly string[], string | undefined]>([
    // What other systems call it.
    ['eventTypes', SUBSCRIPTION, 'events'],
    ['event_types', SUBSCRIPTION, 'events'],
    ['enabled_events', SUBSCRIPTION, 'events'],
    ['endpoint', SUBSCRIPTION, 'url'],
    ['target_url', SUBSCRIPTION, 'url'],
    ['callbackUrl', SUBSCRIPTION, 'url'],
    ['secret_key', SUBSCRIPTION, 'secret'],
    ['signingSecret', SUBSCRIPTION, 'secret'],
    ['is_active', SUBSCRIPTION, 'active'],
    ['filter', SUBSCRIPTION, 'where'],
    ['event_type', EVENT, 'type'],
    ['payload', EVENT, 'data'],
    ['url', ['target_url', 'event_types'], 'target_url'],
    ['events', ['target_url', 'event_types'], 'event_types'],
    ['pageSize', ['limit', 'cursor'], 'limit'],
    // Misspelt.
    ['evnets', SUBSCRIPTION, 'events'],
    ['Events', SUBSCRIPTION, 'events'],
    ['metdata', SUBSCRIPTION, 'metadata'],
    ['typ', EVENT, 'type'],
    ['regoin', EVENT, 'region'],
    // Neither.
    ['colour', SUBSCRIPTION, undefined],
    ['x', EVENT, undefined],
    ['', EVENT, undefined],
    ['events', [], undefined],
    ['__proto__', EVENT, undefined],
    ['constructor', EVENT, undefined],
    ['type'.repeat(100), EVENT, undefined],
  ])('%.30s is taken for %3$s', (given, known, meant) => expect(didYouMean(given, known)).toBe(meant));

  it('is one of the known names, if any', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (given, known) => {
        const meant = didYouMean(given, known);
        expect(meant === undefined || known.includes(meant)).toBe(true);
      }),
    );
  });
});

it.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['abcd', 'acbd', 1],
  ['kitten', 'sitting', 3],
  ['events', 'evnets', 1],
])('from %j to %j there are %i edits, and as many back', (a, b, edits) => {
  expect([editsBetween(a, b), editsBetween(b, a)]).toEqual([edits, edits]);
});
