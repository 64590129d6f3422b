import { createHeap } from './heap.ts';
import { createRandom, type Random } from './random.ts';
import { createTrace, type Trace } from './trace.ts';

/** Something that is to happen. */
export interface Timer {
  cancel(): void;
}

/**
 * Virtual time. It stands still while code runs, and goes on to the next thing that is to happen when all code waits. One
 * seed gives one history.
 */
export interface Kernel {
  /** Milliseconds since the epoch, with parts of them. */
  now(): number;
  /** Runs at a time; what is in the past, at once, after what is due already. */
  at(time: number, run: () => void): Timer;
  after(ms: number, run: () => void): Timer;
  sleep(ms: number): Promise<void>;
  readonly random: Random;
  readonly trace: Trace;
  /** Lets things happen until this time, or until `isOver`. @throws what a piece of code failed with that nobody awaits */
  run(until: number, isOver?: () => boolean): Promise<void>;
  /** How many things have happened. */
  readonly steps: number;
}

interface Due {
  readonly time: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Things that may happen at one moment: more are a circle. */
const MOST_AT_ONCE = 200_000;

/** A Saturday, midnight UTC. */
const BEGINNING = Date.UTC(2026, 7, 1);

export function createKernel(seed: string, { keepsTrace = false } = {}): Kernel {
  const due = createHeap<Due>((a, b) => a.time < b.time || (a.time === b.time && a.order < b.order));
  let time = BEGINNING;
  let order = 0;
  let steps = 0;
  let atOnce = 0;
  const now = (): number => time;
  const at = (wanted: number, run: () => void): Timer => {
    const entry: Due = { time: Math.max(wanted, time), order: order++, run };
    due.push(entry);
    return {
      cancel() {
        entry.run = undefined;
      },
    };
  };
  return {
    now,
    at,
    after: (ms, run) => at(time + ms, run),
    sleep: (ms) => new Promise((resolve) => void at(time + ms, resolve)),
    random: createRandom(seed),
    trace: createTrace(now, keepsTrace),
    async run(until, isOver = () => false) {
      await settled();
      for (let next = due.peek(); next && next.time <= until && !isOver(); next = due.peek()) {
        due.pop();
        const { run } = next;
        if (!run) continue;
        atOnce = next.time === time ? atOnce + 1 : 0;
        if (atOnce > MOST_AT_ONCE) throw new Error(`expected time to go on, it stands at ${time}`);
        time = next.time;
        steps++;
        run();
        await settled();
      }
      if (!isOver()) time = Math.max(time, until);
    },
    get steps() {
      return steps;
    },
  };
}

/** All promises that can go on have gone on: nothing here waits for the network, a disk or a real timer. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
