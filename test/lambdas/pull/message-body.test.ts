import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { MAX_PAYLOAD_BYTES } from '../../../lambdas/events/payload.ts';
import { bodyView, withinAnswer } from '../../../lambdas/pull/message-body.ts';

/** Lambda's answer is a JSON text of the answer, which holds the body as a JSON text. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;
const answerLength = (bodies: readonly unknown[]): number =>
  Buffer.byteLength(JSON.stringify({ statusCode: 200, body: JSON.stringify({ items: bodies }) }));

test('the same bytes can be had from a body', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, (given) => {
      const { body, encoding } = JSON.parse(JSON.stringify(bodyView(given)));
      const back = Buffer.from(body, encoding === 'text' ? 'utf8' : 'base64');
      expect(back.equals(given)).toBe(true);
    }),
  );
});

it.each([
  ['JSON', Buffer.from('{"a":"ü"}'), 'text'],
  ['nothing', Buffer.alloc(0), 'text'],
  ['a byte order mark', Buffer.from('\ufeff{}'), 'text'],
  ['no UTF-8', Buffer.from([0xff]), 'base64'],
  ['half of a character', Buffer.from('€').subarray(0, 2), 'base64'],
  // Each is six characters in JSON, and seven in JSON within JSON.
  ['many control characters', Buffer.alloc(100_000, 1), 'base64'],
])('%s', (_, bytes, encoding) => expect(bodyView(bytes).encoding).toBe(encoding));

it.each([
  ['the largest payload', [MAX_PAYLOAD_BYTES], 1],
  ['the largest payload of the worst text', [MAX_PAYLOAD_BYTES, 10], 1, 1],
  ['a hundred of the largest that need no bucket', Array(100).fill(8192), 100],
  ['many large ones', Array(100).fill(1_000_000), 4],
  ['empty ones', Array(100).fill(0), 100],
])('an answer holds %s', (_, sizes, count, byte = 0xff) => {
  const fitting = withinAnswer(sizes as number[], (size) => size);
  expect(fitting).toHaveLength(count);
  const headers = 'h'.repeat(2500);
  const bodies = fitting.map((size) => ({ headers, ...bodyView(Buffer.alloc(size, byte)) }));
  expect(answerLength(bodies)).toBeLessThan(MAX_ANSWER_BYTES);
});
