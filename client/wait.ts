/** Waits, at most until the signal ends it. @throws the signal's reason */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}

export interface TimeLimit {
  readonly ms: number;
  /** Another reason to end. */
  readonly signal: AbortSignal | undefined;
  /** What it rejects with when time is up. */
  late(): Error;
}

/** Runs something with a signal that ends it when time is up, or with the given signal. */
export async function withTimeout<T>(
  { ms, signal, late }: TimeLimit,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const time = new AbortController();
  const timer = setTimeout(() => time.abort(late()), ms);
  try {
    return await run(signal ? AbortSignal.any([signal, time.signal]) : time.signal);
  } finally {
    clearTimeout(timer);
  }
}
