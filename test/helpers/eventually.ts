import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Repeats a check until it no longer throws, and answers with what it returns.
 * @throws what the check last threw, when the time is over
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeout = 20_000 }: { timeout?: number } = {},
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(POLL_MS);
    }
  }
}
