import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Repeats a check until it no longer throws, and returns its result.
 * @throws the check's last error, after the timeout
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
