import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessage, type Message } from '../../../local/services/sqs/message.ts';
import { createFairQueue } from '../../../simulate/aws/fair-queue.ts';
import { SQS } from '../../../simulate/aws/numbers.ts';

function queueAt() {
  const clock = { now: 0 };
  const queue = createFairQueue(() => clock.now);
  let order = 0;
  const add = (group: string | undefined, count = 1): Message[] =>
    Array.from({ length: count }, () => {
      const message = createMessage({ body: 'x', group }, 0);
      message.order = ++order;
      queue.add(message);
      return message;
    });
  const take = (): string | undefined => queue.take()?.group;
  return { clock, queue, add, take };
}

describe('createFairQueue', () => {
  it('hands out by age while no group is noisy', () => {
    const { queue, add } = queueAt();
    const messages = ['a', 'b', undefined, 'a', 'c'].flatMap((group) => add(group));
    expect(messages.map(() => queue.take())).toEqual(messages);
    expect(queue.take()).toBeUndefined();
  });

  it('puts a group behind the others that has a large share in flight', () => {
    const { add, take } = queueAt();
    add('loud', SQS.fair.inFlight + 20);
    for (let i = 0; i < SQS.fair.inFlight; i++) expect(take()).toBe('loud');
    add('quiet', 3);
    expect([take(), take(), take(), take()]).toEqual(['quiet', 'quiet', 'quiet', 'loud']);
  });

  it('takes no group for noisy with few in flight, of however few', () => {
    const { add, take } = queueAt();
    add('a', SQS.fair.inFlight);
    for (let i = 0; i < SQS.fair.inFlight - 2; i++) take();
    add('b', 1);
    expect(take()).toBe('a');
  });

  it('takes a group for noisy that has worked for long, even with few in flight', () => {
    const { clock, add, take } = queueAt();
    add('slow', 10);
    for (let i = 0; i < 3; i++) take();
    clock.now += 30_000;
    add('quiet', 1);
    expect(take()).toBe('quiet');
  });

  it('lets a group be quiet again once its backlog is gone', () => {
    const { queue, add, take } = queueAt();
    const messages = add('loud', SQS.fair.inFlight + 1);
    for (const _ of messages) take();
    for (const message of messages) queue.release(message);
    add('loud', 1);
    add('other', 1);
    expect([take(), take()]).toEqual(['loud', 'other']);
  });

  it('loses none and hands out none twice, whatever comes and goes', () => {
    const act = fc.oneof(
      fc.record({
        what: fc.constant('add' as const),
        group: fc.constantFrom('a', 'b', 'c', undefined),
        ms: fc.nat(400_000),
      }),
      fc.record({
        what: fc.constantFrom('take' as const, 'release' as const, 'return' as const),
        ms: fc.nat(400_000),
      }),
    );
    const property = fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const { clock, queue, add } = queueAt();
      const taken = new Set<Message>();
      let waiting = 0;
      let order = 1e6;
      for (const one of acts) {
        clock.now += one.ms;
        if (one.what === 'add') waiting += add(one.group).length;
        else if (one.what === 'take') {
          const message = queue.take();
          expect(message === undefined).toBe(waiting === 0);
          if (!message) continue;
          expect(taken.has(message)).toBe(false);
          taken.add(message);
          waiting--;
        } else {
          const [message] = taken;
          if (!message) continue;
          taken.delete(message);
          queue.release(message);
          if (one.what === 'release') continue;
          message.order = ++order;
          queue.add(message);
          waiting++;
        }
        expect(queue.size()).toBe(waiting);
      }
      expect([...queue.values()]).toHaveLength(waiting);
    });
    fc.assert(property);
  });
});
