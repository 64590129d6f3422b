import { describe, expect, it, vi } from 'vitest';
import {
  type ConsumeSettings,
  consume,
  type Message,
  type Posthorn,
  TimeoutError,
} from '../../../client/index.ts';

/** An API with batches of messages, which notes what is asked of it. */
function apiWith(...batches: (number[] | Error)[]) {
  const asked: string[] = [];
  const call = async (name: string, args: { body?: { receipts: string[]; delaySeconds?: number } }) => {
    if (name === 'fetchMessages') {
      const next = batches.shift() ?? [];
      if (next instanceof Error) throw next;
      return { items: next.map((n) => ({ id: `m${n}`, receipt: `r${n}`, attempt: n })) };
    }
    const { receipts, delaySeconds } = args.body!;
    asked.push(
      `${name.replace('Messages', '')} ${receipts.join(' ')}${delaySeconds === undefined ? '' : ` in ${delaySeconds}`}`,
    );
    return { lost: [] };
  };
  return { api: { call } as unknown as Pick<Posthorn, 'call'>, asked };
}

const run = async (
  batches: Parameters<typeof apiWith>,
  work: (message: Message) => void | Promise<void>,
  settings: Partial<ConsumeSettings> = {},
) => {
  const { api, asked } = apiWith(...batches);
  const errors: string[] = [];
  const onError = (error: unknown, message?: Message): void => {
    errors.push(`${message?.id ?? 'fetch'}: ${(error as Error).message}`);
  };
  await consume(api, { id: 'tgt_1', untilEmpty: true, onError, ...settings }, work);
  return { asked, errors };
};

const failing = (id: string) => (message: Message) => {
  if (message.id === id) throw new Error('no');
};

describe('consume (A25)', () => {
  it('acknowledges together what was fetched together', async () => {
    const done: string[] = [];
    const { asked } = await run([[1, 2, 3], [4]], ({ id }) => void done.push(id));
    expect(done).toEqual(['m1', 'm2', 'm3', 'm4']);
    expect(asked).toEqual(['acknowledge r1 r2 r3', 'acknowledge r4']);
  });

  it('gives back what could not be done, for longer each time, and goes on', async () => {
    const { asked, errors } = await run([[1, 2, 3]], failing('m2'));
    expect(asked).toEqual(['release r2 in 4', 'acknowledge r1 r3']);
    expect(errors).toEqual(['m2: no']);
  });

  it('gives back what follows as well, where the order counts', async () => {
    const { asked } = await run([[1, 2, 3]], failing('m2'), { inOrder: true, delaySeconds: () => 7 });
    expect(asked).toEqual(['release r2 in 7', 'acknowledge r1', 'release r3 in 0']);
  });

  it('ends with its signal: what is under way is done, and the rest given back', async () => {
    const stop = new AbortController();
    const { asked } = await run([[1, 2, 3], [4]], () => stop.abort(), {
      untilEmpty: false,
      signal: stop.signal,
    });
    expect(asked).toEqual(['acknowledge r1', 'release r2 r3 in 0']);
  });

  it('works on several at a time', async () => {
    let [busy, most] = [0, 0];
    await run(
      [[1, 2, 3, 4, 5]],
      async () => {
        most = Math.max(most, ++busy);
        await new Promise(setImmediate);
        busy--;
      },
      { parallel: 3 },
    );
    expect(most).toBe(3);
  });

  it('keeps what takes longer than half a lease, and acknowledges what is done', async () => {
    vi.useFakeTimers();
    try {
      const { api, asked } = apiWith([1, 2, 3]);
      const work = async ({ id }: Message): Promise<void> => {
        if (id === 'm2') await vi.advanceTimersByTimeAsync(61_000);
      };
      await consume(api, { id: 'tgt_1', untilEmpty: true, leaseSeconds: 60 }, work);
      expect(asked).toEqual(['acknowledge r1', 'extend r2 r3', 'extend r2 r3', 'acknowledge r2 r3']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('goes on after an API that did not answer, and ends where no repetition helps', async () => {
    vi.useFakeTimers();
    try {
      const stop = new AbortController();
      const late = new TimeoutError('late');
      const running = run([late, [1]], () => stop.abort(), { untilEmpty: false, signal: stop.signal });
      await vi.advanceTimersByTimeAsync(1000);
      expect(await running).toEqual({ asked: ['acknowledge r1'], errors: ['fetch: late'] });
    } finally {
      vi.useRealTimers();
    }
    await expect(run([new RangeError('a mistake')], () => {})).rejects.toThrow('a mistake');
    await expect(run([new TimeoutError('late')], () => {})).rejects.toThrow('late');
  });
});
