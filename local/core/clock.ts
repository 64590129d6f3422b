/**
 * A clock that can be moved forward, so that a day on AWS takes minutes here.
 *
 * While a local cloud runs with one, `Date` in this process and in the functions' workers is real time plus a shared
 * offset. Queues' delays and visibility timeouts end when the clock moves past them.
 * Timers run in real time.
 */
export interface SimulatedClock {
  /** Milliseconds ahead of real time: one 64-bit integer. */
  readonly offset: SharedArrayBuffer;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves the clock forward. Running code sees time jump. */
  advance(ms: number): void;
  /** Calls the listener after each move. The returned function ends it. */
  onAdvance(listener: () => void): () => void;
}

const RealDate = Date;

/** A clock that follows real time until it is moved. */
export function createClock(): SimulatedClock {
  const offset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const listeners = new Set<() => void>();
  return {
    offset,
    now: () => RealDate.now() + read(offset),
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`expected time to go forward, got ${ms} ms`);
      Atomics.add(new BigInt64Array(offset), 0, BigInt(Math.round(ms)));
      for (const listener of listeners) listener();
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const read = (offset: SharedArrayBuffer): number => Number(Atomics.load(new BigInt64Array(offset), 0));

/**
 * Shifts this thread's `Date`. The returned function restores it.
 * @throws when it is shifted already: a process has one time
 */
export function shiftDate(offset: SharedArrayBuffer): () => void {
  if (globalThis.Date !== RealDate) throw new Error('this process has a simulated clock already');
  const ahead = new BigInt64Array(offset);
  const now = (): number => RealDate.now() + Number(Atomics.load(ahead, 0));
  const shifted = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  setDate(shifted);
  return () => setDate(RealDate);
}

function setDate(date: DateConstructor): void {
  globalThis.Date = date;
  RealDate.prototype.constructor = date;
}

/** For a function's worker: shifts `Date` and the clock that caches age by. */
export function shiftTime(offset: SharedArrayBuffer): void {
  shiftDate(offset);
  const realNow = performance.now.bind(performance);
  const ahead = new BigInt64Array(offset);
  performance.now = () => realNow() + Number(Atomics.load(ahead, 0));
}
