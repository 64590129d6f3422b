import { expect, test } from 'vitest';
import { isAgeless } from '../../../console/pages/events/filters.ts';
import { outcomeLine, partLabel, traceIdOf } from '../../../console/pages/events/words.ts';

const of = (...statuses: string[]) => statuses.map((status) => ({ status }));

test.each<[string, Parameters<typeof outcomeLine>, string]>([
  ['nobody', [{ matched: 0 }, [], true], 'No subscription wanted it.'],
  ['one', [{ matched: 1 }, of('delivered'), true], '1 subscription wanted it: 1 delivered.'],
  [
    'several',
    [{ matched: 5 }, of('dead', 'parked', 'delivered', 'retrying', 'queued'), true],
    '5 subscriptions wanted it: 1 delivered, 2 waiting, 1 under way, 1 dead.',
  ],
  [
    'more than are shown',
    [{ matched: 80 }, of('delivered'), false],
    '80 subscriptions wanted it: 1 delivered, of those shown.',
  ],
  ['none is there yet', [{ matched: 2 }, [], true], '2 subscriptions wanted it.'],
])('what became of an event is one line: %s', (_, args, line) => expect(outcomeLine(...args)).toBe(line));

test('what Posthorn lost is said to be its own fault', () => {
  expect(outcomeLine({ matched: 3, dead: true }, [], true)).toMatch(/Posthorn failed/);
});

test('events that wait or failed are listed however old they are', () => {
  expect(['waiting', 'failed', 'dead', 'delivered', 'unmatched', undefined].map(isAgeless)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('parts of a filter have names, those of later too', () => {
  expect(['where', 'of_later', 'toString'].map(partLabel)).toEqual(['Condition', 'of_later', 'toString']);
});

test('a trace is named as tracing tools name it', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  expect(traceIdOf(`00-${trace}-b7ad6b7169203331-01`)).toBe(trace);
});
