import { expect, test } from 'vitest';
import {
  conditionsOf,
  countLines,
  countWords,
  MOST_PAGES,
  resultText,
} from '../../../console/pages/dead-letters/selection.ts';

async function* pages(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

test('dead letters are counted line by line, and not for ever', async () => {
  expect(countWords(await countLines(pages('')))).toBe('0 dead letters');
  expect(countWords(await countLines(pages('{"id":1}\n')))).toBe('1 dead letter');
  expect(countWords(await countLines(pages('{}\n{}\n', '{}\n')))).toBe('3 dead letters');
  const many = Array.from({ length: MOST_PAGES + 5 }, () => '{}\n'.repeat(1000));
  expect(countWords(await countLines(pages(...many)))).toBe('more than 10\u2009000 dead letters');
});

test('a filter is said condition by condition', () => {
  const names = { endpoint: (id: string) => `the ${id}`, subscription: (id: string) => `my ${id}` };
  expect(conditionsOf({}, names)).toEqual([]);
  expect(conditionsOf({ reason: 'rejected', targetId: 'tgt_1', subscriptionId: 'sub_1' }, names)).toEqual([
    'Reason: Rejected by the endpoint',
    'Endpoint: the tgt_1',
    'Subscription: my sub_1',
  ]);
});

test('what was not done says why', () => {
  expect(resultText([{ done: true }, { done: true }], 'sent again')).toBe('2 dead letters sent again.');
  expect(
    resultText(
      [{ done: true }, { done: false, reason: 'target_disabled' }, { done: false, reason: 'of_later' }],
      'sent again',
    ),
  ).toBe(
    '1 dead letter sent again. 2 were not: the endpoint is disabled: enable it first (1); of later (1).',
  );
});
