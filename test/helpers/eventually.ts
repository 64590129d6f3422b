import { setTimeout as sleep } from 'node:timers/promises';

/** Between two checks: short at first, since most of what is waited for comes soon. */
const FIRST_POLL_MS = 10;
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
  for (let wait = FIRST_POLL_MS; ; wait = Math.min(2 * wait, POLL_MS)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(wait);
    }
  }
}
