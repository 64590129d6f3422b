import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readQueues, urlOf, writeQueues } from '../../../../lambdas/delivery/queues/queue-names.ts';

const HOME = 'https://sqs.us-east-1.amazonaws.com/123456789012/posthorn-prod-pipeline-SlowLane-X';
const LOCAL = 'http://127.0.0.1:4321/000000000000/local-pipeline-SlowLane';

it.each([
  [HOME, undefined, 'https://sqs.us-east-1.amazonaws.com/123456789012/other'],
  [HOME, 'eu-central-1', 'https://sqs.eu-central-1.amazonaws.com/123456789012/other'],
  [
    'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/any',
    'cn-northwest-1',
    'https://sqs.cn-northwest-1.amazonaws.com.cn/123456789012/other',
  ],
  [LOCAL, undefined, 'http://127.0.0.1:4321/000000000000/other'],
  [
    'http://sqs.us-east-1.localhost:4321/000000000000/any',
    'eu-central-1',
    'http://sqs.eu-central-1.localhost:4321/000000000000/other',
  ],
])('beside %s, in %s, is %s', (like, region, expected) => {
  expect(urlOf('other', like, region)).toBe(expected);
});

it('reads what was written, in as few characters as that takes', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,80}$/);
  const served = fc.array(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/), { maxLength: 8 });
  const region = fc.record({
    region: fc.constantFrom('eu-central-1', 'ap-southeast-1'),
    serves: served,
    queues: fc.dictionary(fc.constantFrom('slow', 'bulk', 'deadLetters'), name),
  });
  fc.assert(
    fc.property(fc.array(region, { maxLength: 3 }), name, (others, slow) => {
      const all = [{ region: undefined, serves: ['.'], queues: { slow } }, ...others];
      const written = writeQueues(HOME, all);
      expect(JSON.stringify(written)).toBe(`"${written}"`);
      const expected = all.map(({ queues, ...rest }) => ({
        ...rest,
        queues: Object.fromEntries(
          Object.entries(queues).map(([key, queue]) => [key, urlOf(queue, HOME, rest.region)]),
        ),
      }));
      expect(readQueues(written)).toEqual(expected);
    }),
  );
});
