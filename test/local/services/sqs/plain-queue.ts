/** SQS's rules for a standard queue, slow and obvious: what the real one is held against. */

interface PlainMessage {
  readonly body: string;
  readonly group: string | undefined;
  /** While delayed or in flight. */
  until: number;
  state: 'delayed' | 'visible' | 'in flight';
  receives: number;
  handle: string;
}

/** Seconds for all times. */
export interface PlainSettings {
  readonly visibilityTimeout: number;
  readonly maxReceives: number;
}

export function createPlainQueue({ visibilityTimeout, maxReceives }: PlainSettings) {
  /** In the order in which they became visible, or were sent with a delay. */
  let messages: PlainMessage[] = [];
  const dead: string[] = [];

  function moveBack(message: PlainMessage): void {
    messages = [...messages.filter((each) => each !== message), message];
    message.state = 'visible';
  }

  function settle(now: number): void {
    for (const state of ['in flight', 'delayed'] as const) {
      const over = messages.filter((each) => each.state === state && each.until <= now);
      over.sort((a, b) => a.until - b.until).forEach(moveBack);
    }
  }

  const visible = (): PlainMessage[] => messages.filter(({ state }) => state === 'visible');

  /** The first of the messages whose groups have the fewest in flight. */
  function next(): PlainMessage {
    const shares = visible().map(({ group }) =>
      group === undefined
        ? 0
        : messages.filter((each) => each.state === 'in flight' && each.group === group).length,
    );
    return visible()[shares.indexOf(Math.min(...shares))]!;
  }

  function inFlight(handle: string): PlainMessage | undefined {
    return messages.find((each) => each.state === 'in flight' && each.handle === handle);
  }

  return {
    dead,
    send(body: string, group: string | undefined, delay: number, now: number): void {
      const state = delay === 0 ? 'visible' : 'delayed';
      messages.push({ body, group, until: now + delay, state, receives: 0, handle: '' });
    },
    /** The bodies. @param handleOf gives a message that is received its handle */
    receive(max: number, now: number, handleOf: (body: string) => string): string[] {
      settle(now);
      const order = visible();
      const received: PlainMessage[] = [];
      while (received.length < max && visible().length > 0) {
        const message = next();
        message.receives++;
        if (message.receives > maxReceives) {
          dead.push(message.body);
          messages.splice(messages.indexOf(message), 1);
        } else {
          Object.assign(message, { state: 'in flight', until: now + visibilityTimeout });
          received.push(message);
        }
      }
      if (order.length <= max) received.sort((a, b) => order.indexOf(a) - order.indexOf(b));
      for (const message of received) message.handle = handleOf(message.body);
      return received.map(({ body }) => body);
    },
    delete(handle: string): boolean {
      const message = inFlight(handle);
      if (message) messages.splice(messages.indexOf(message), 1);
      return message !== undefined;
    },
    changeVisibility(handle: string, seconds: number, now: number): boolean {
      const message = inFlight(handle);
      if (message && seconds === 0) moveBack(message);
      else if (message) message.until = now + seconds;
      return message !== undefined;
    },
    purge(): void {
      messages = [];
    },
    counts(now: number) {
      settle(now);
      const count = (state: PlainMessage['state']) => messages.filter((each) => each.state === state).length;
      return { visible: count('visible'), inFlight: count('in flight'), delayed: count('delayed') };
    },
    nextDelayEnd(now: number): number | undefined {
      settle(now);
      const ends = messages.filter(({ state }) => state === 'delayed').map(({ until }) => until);
      return ends.length === 0 ? undefined : Math.min(...ends);
    },
  };
}
