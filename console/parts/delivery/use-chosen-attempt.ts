import { useUrlState } from '../../app/url-state.ts';
import type { Attempt } from './types.ts';

/** The attempt that the address names, and how to name another; the last one when it names none. */
export function useChosenAttempt(attempts: readonly Attempt[]) {
  const [url, change] = useUrlState();
  const number = Number(url.get('attempt'));
  const chosen = attempts.find((each) => each.number === number) ?? attempts.at(-1);
  const choose = (next: number): void =>
    change({ attempt: next === attempts.at(-1)?.number ? undefined : String(next) });
  return { chosen, choose };
}
