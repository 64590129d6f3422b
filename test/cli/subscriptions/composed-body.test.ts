import { expect, test } from 'vitest';
import { composedBody } from '../../../cli/subscriptions/composed-body.ts';

test.each([
  ['all in one stays', { url: 'u', events: ['a'] }, { url: 'u', events: ['a'] }],
  ['both by id stay', { targetId: 't', filterId: 'f' }, { targetId: 't', filterId: 'f' }],
  [
    'a target that is there',
    { targetId: 't', events: ['a'], name: 'n' },
    { targetId: 't', filter: { events: ['a'] }, name: 'n' },
  ],
  [
    'a filter that is there',
    { filterId: 'f', url: 'u', timeoutSeconds: 5 },
    { filterId: 'f', target: { url: 'u', timeoutSeconds: 5 } },
  ],
  [
    'beside what is composed already',
    { targetId: 't', filter: { name: 'n' }, events: ['a'] },
    { targetId: 't', filter: { name: 'n', events: ['a'] } },
  ],
])('%s', (_, given, expected) => {
  expect(composedBody(given)).toEqual(expected);
});
