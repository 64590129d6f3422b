import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bringForward } from '../../../local/sources/fair.ts';

type Fair = Parameters<typeof bringForward>[0];

/** @param texts such as `a1`: a group's name and a number, or a number alone */
function queueOf(texts: readonly string[], inFlight: readonly string[] = []): Fair {
  const message = (messageId: string) => ({ messageId, messageGroupId: /^[a-z]/.exec(messageId)?.[0] });
  return {
    messages: texts.map(message),
    inflightMessages: new Map(inFlight.map((id) => [id, { message: message(id) }])),
  } as unknown as Fair;
}

describe('a fair queue', () => {
  it.each<[string, string[], string[], number, string[]]>([
    ['takes what is alone in its order', ['a1', 'a2', 'a3'], [], 2, ['a1', 'a2', 'a3']],
    ['serves a quiet group before a flood', ['a1', 'a2', 'a3', 'b1'], [], 2, ['a1', 'b1', 'a2', 'a3']],
    [
      'and first of all when the flood is in flight',
      ['a4', 'a5', 'a6', 'b1'],
      ['a1', 'a2'],
      2,
      ['b1', 'a4', 'a5', 'a6'],
    ],
    ['keeps the order within a group', ['b1', 'a1', 'b2', 'a2', 'b3'], [], 4, ['b1', 'a1', 'b2', 'a2', 'b3']],
    [
      'treats a message without a group as a group of its own',
      ['a1', 'a2', '7', '8'],
      ['a0'],
      2,
      ['7', '8', 'a1', 'a2'],
    ],
    ['changes nothing when all messages are taken', ['a1', 'a2', 'b1'], ['a0'], 10, ['a1', 'a2', 'b1']],
  ])('%s', (_, messages, inFlight, max, expected) => {
    const queue = queueOf(messages, inFlight);
    bringForward(queue, max);
    expect(queue.messages.map(({ messageId }) => messageId)).toEqual(expected);
  });

  it('takes each message from the group with the fewest in flight', () => {
    const text = fc.oneof(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(9)).map(([group, n]) => `${group}${n}`),
      fc.nat(9).map((n) => `${n}`),
    );
    fc.assert(
      fc.property(fc.array(text), fc.array(text), fc.integer({ min: 1, max: 10 }), (texts, inFlight, max) => {
        // Each has a unique name.
        const messages = texts.map((text, i) => `${text}-${i}`);
        const queue = queueOf(
          messages,
          inFlight.map((text, i) => `${text}+${i}`),
        );
        bringForward(queue, max);
        expect(queue.messages.map(({ messageId }) => messageId)).toEqual(plainly(messages, inFlight, max));
      }),
    );
  });
});

/** The rule, one message at a time. */
function plainly(messages: readonly string[], inFlight: readonly string[], max: number): string[] {
  if (messages.length <= max) return [...messages];
  const groupOf = (text: string): string => (/^[a-z]/.test(text) ? text[0]! : text);
  const taken = inFlight.filter((text) => /^[a-z]/.test(text));
  const rest = [...messages];
  const front: string[] = [];
  while (front.length < max) {
    const shares = rest.map((text) => taken.filter((other) => groupOf(other) === groupOf(text)).length);
    const [next] = rest.splice(shares.indexOf(Math.min(...shares)), 1);
    front.push(next!);
    taken.push(next!);
  }
  return [...front, ...rest];
}
