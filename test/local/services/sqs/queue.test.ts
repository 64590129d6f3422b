import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMessage, type Message, type Sent } from '../../../../local/services/sqs/message.ts';
import { createQueue, IN_FLIGHT_LIMIT, type QueueSettings } from '../../../../local/services/sqs/queue.ts';
import { oldestSeconds } from '../../../../local/services/sqs/queue-age.ts';
import { createPlainQueue } from './plain-queue.ts';

const SETTINGS: QueueSettings = {
  name: 'work',
  url: 'http://localhost/000000000000/work',
  arn: 'arn:aws:sqs:us-east-1:000000000000:work',
  visibilityTimeout: 30,
  delay: 0,
  maximumMessageSize: 1_048_576,
  retention: 345_600,
  receiveWait: 0,
};

function queueWith(more: Partial<QueueSettings> = {}) {
  const queue = createQueue({ ...SETTINGS, ...more });
  const send = (bodies: readonly string[], sent: Omit<Sent, 'body'> = {}, delay = 0): void => {
    const messages = bodies.map((body) => createMessage({ body, ...sent }, Date.now()));
    queue.send(
      messages,
      messages.map(() => delay),
    );
  };
  const receive = (max = 10): string[] => queue.receive(max).map(({ message }) => message.body);
  return { queue, send, receive };
}

afterEach(() => void vi.useRealTimers());

describe('a queue', () => {
  /** Letters are groups; digits alone have none. */
  it.each<[string, string[], string[], number, string[]]>([
    ['takes what is alone in its order', ['a1', 'a2', 'a3'], [], 2, ['a1', 'a2']],
    ['serves a quiet group before a flood', ['a1', 'a2', 'a3', 'b1'], [], 2, ['a1', 'b1']],
    ['and first of all when the flood is in flight', ['a4', 'a5', 'a6', 'b1'], ['a1', 'a2'], 2, ['b1', 'a4']],
    ['keeps the order within a group', ['b1', 'a1', 'b2', 'a2', 'b3'], [], 4, ['b1', 'a1', 'b2', 'a2']],
    ['treats a message without a group as a group of its own', ['a1', 'a2', '7', '8'], ['a0'], 2, ['7', '8']],
    ['returns all messages in their order', ['a1', 'a2', 'b1'], ['a0'], 10, ['a1', 'a2', 'b1']],
  ])('%s', (_, bodies, inFlight, max, expected) => {
    const { send, receive } = queueWith();
    const sendEach = (texts: string[]): void => {
      for (const body of texts) send([body], { group: /^[a-z]/.exec(body)?.[0] });
    };
    sendEach(inFlight);
    receive();
    sendEach(bodies);
    expect(receive(max)).toEqual(expected);
  });

  it('wakes at the time of what is delayed, also after its clock has jumped', async () => {
    vi.useFakeTimers();
    const { queue, send, receive } = queueWith();
    const waiting = queue.arrival(120_000);
    // The timer is set for this one.
    send(['late'], {}, 60);
    // A clock that jumps leaves timers as they are.
    vi.setSystemTime(Date.now() + 3_600_000);
    queue.settle();
    expect(await waiting).toBe(true);
    expect(receive()).toEqual(['late']);
    let found: boolean | undefined;
    void queue.arrival(20_000).then((isThere) => (found = isThere));
    send(['soon'], {}, 1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(found).toBe(true);
    expect(receive()).toEqual(['soon']);
  });

  it('does what a plain one does', () => {
    const seconds = fc.constantFrom(0, 0, 0, 1, 2, 5);
    const group = fc.constantFrom(undefined, 'a', 'b', 'c');
    /** Back from the latest. */
    const at = fc.nat(8);
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('send' as const),
        group,
        seconds,
        count: fc.integer({ min: 1, max: 6 }),
      }),
      fc.record({ kind: fc.constant('receive' as const), max: fc.constantFrom(1, 1, 2, 3, 10) }),
      fc.record({ kind: fc.constant('delete' as const), at }),
      fc.record({ kind: fc.constant('change' as const), at, seconds }),
      fc.record({ kind: fc.constant('wait' as const), seconds }),
    );
    const purge = fc.record({ kind: fc.constant('purge' as const) });
    const steps = fc.array(fc.oneof({ weight: 40, arbitrary: step }, { weight: 1, arbitrary: purge }), {
      minLength: 10,
      maxLength: 80,
    });
    vi.useFakeTimers({ toFake: ['Date'] });
    fc.assert(
      fc.property(
        steps,
        fc.constantFrom(0, 3, 5, 9),
        fc.integer({ min: 1, max: 3 }),
        (taken, visibilityTimeout, maxReceives) => {
          let now = 1_000_000;
          vi.setSystemTime(now);
          const dead = queueWith();
          const { queue } = queueWith({
            visibilityTimeout,
            redrive: { deadLetters: dead.queue, maxReceives },
          });
          const plain = createPlainQueue({ visibilityTimeout: visibilityTimeout * 1000, maxReceives });
          const handles: string[] = [];
          let sent = 0;
          const messages = new Map<string, Message>();
          for (const each of taken) {
            if (each.kind === 'send') {
              const bodies = Array.from({ length: each.count }, () => `${sent++}`);
              for (const body of bodies)
                messages.set(body, createMessage({ body, group: each.group }, Date.now()));
              queue.send(
                bodies.map((body) => messages.get(body)!),
                bodies.map(() => each.seconds),
              );
              for (const body of bodies) plain.send(body, each.group, each.seconds * 1000, now);
            } else if (each.kind === 'receive') {
              const received = queue.receive(each.max);
              const handleOf = (body: string) =>
                received.find(({ message }) => message.body === body)?.handle ?? '';
              expect(received.map(({ message }) => message.body)).toEqual(
                plain.receive(each.max, now, handleOf),
              );
              handles.push(...received.map(({ handle }) => handle));
            } else if (each.kind === 'delete') {
              const handle = handles.at(-1 - each.at) ?? 'none';
              expect(queue.delete(handle)).toBe(plain.delete(handle));
            } else if (each.kind === 'change') {
              const handle = handles.at(-1 - each.at) ?? 'none';
              expect(queue.changeVisibility(handle, each.seconds)).toBe(
                plain.changeVisibility(handle, each.seconds * 1000, now),
              );
            } else if (each.kind === 'wait') {
              now += each.seconds * 1000;
              vi.setSystemTime(now);
            } else {
              queue.purge();
              plain.purge();
            }
            expect(queue.nextDelayEnd()).toBe(plain.nextDelayEnd(now));
            expect(queue.counts()).toEqual(plain.counts(now));
            expect([...queue.held()]).toHaveLength(queue.counts().visible + queue.counts().inFlight);
            const buried = [...dead.queue.held()].sort((a, b) => a.order - b.order);
            expect(buried.map(({ body }) => body)).toEqual(plain.dead);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps when a message was first sent, and counts its time in a dead-letter queue from its arrival', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
    const dead = queueWith();
    const { send, receive } = queueWith({
      visibilityTimeout: 0,
      redrive: { deadLetters: dead.queue, maxReceives: 1 },
    });
    send(['x']);
    expect(receive()).toEqual(['x']);
    vi.setSystemTime(5000);
    expect(receive()).toEqual([]);
    const [message] = dead.queue.held();
    expect(message).toMatchObject({ sentAt: 1000, firstReceivedAt: 1000, arrivedAt: 5000, receives: 2 });
  });

  it('counts the age of a dead message, however often the queue before gave it out', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1000 });
    const dead = queueWith({ visibilityTimeout: 0 });
    const { send, receive } = queueWith({
      visibilityTimeout: 0,
      redrive: { deadLetters: dead.queue, maxReceives: 5 },
    });
    send(['x']);
    for (let i = 0; i < 6; i++) receive();
    expect(oldestSeconds(dead.queue, 31_000)).toBe(30);
    for (let i = 0; i < 3; i++) expect(dead.receive()).toEqual(['x']);
    expect(oldestSeconds(dead.queue, 31_000)).toBe(30);
    dead.receive();
    expect(oldestSeconds(dead.queue, 31_000)).toBe(0);
  });

  it('hands a message over in the same turn of the loop, and all that come in it as one batch', async () => {
    const { queue, send, receive } = queueWith();
    const turn: string[] = [];
    const waited = queue.arrival(10_000).then((hasMessages) => {
      expect(hasMessages).toBe(true);
      turn.push(...receive());
    });
    send(['a']);
    send(['b', 'c']);
    await new Promise(setImmediate);
    expect(turn).toEqual(['a', 'b', 'c']);
    await waited;
  });

  it('wakes who waits when a delay or a visibility timeout ends', async () => {
    const { queue, send, receive } = queueWith({ visibilityTimeout: 0.1 });
    send(['later'], {}, 0.1);
    for (const expected of [['later'], ['later']]) {
      const began = performance.now();
      expect(await queue.arrival(10_000)).toBe(true);
      // Date and timers count whole milliseconds.
      expect(performance.now() - began).toBeGreaterThan(90);
      expect(receive()).toEqual(expected);
    }
    queue.close();
  });

  it('ends waiting when its time is over, or the queue closes', async () => {
    const { queue } = queueWith();
    expect(await queue.arrival(1)).toBe(false);
    const waits = [queue.arrival(10_000), queue.arrival(10_000)];
    queue.close();
    expect(await Promise.all(waits)).toEqual([false, false]);
    expect(await queue.arrival(10_000)).toBe(false);
  });

  it('has at most 120,000 messages in flight', async () => {
    const { queue, send } = queueWith();
    send(Array.from({ length: IN_FLIGHT_LIMIT + 1 }, () => 'x'));
    const [first] = queue.receive(IN_FLIGHT_LIMIT + 1);
    expect(queue.counts()).toMatchObject({ visible: 1, inFlight: IN_FLIGHT_LIMIT });
    expect(queue.receive(10)).toEqual([]);
    const waited = queue.arrival(10_000);
    queue.delete(first!.handle);
    expect(await waited).toBe(true);
    expect(queue.receive(10)).toHaveLength(1);
  });
});
