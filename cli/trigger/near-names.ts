import { didYouMean, editsBetween } from '../../lambdas/values/did-you-mean.ts';

const SHOWN = 3;

/** The event types that were most likely meant by one that there is not, the likeliest first. Pure. */
export function nearNames(given: string, known: readonly string[]): string[] {
  const [guess, wanted] = [didYouMean(given, known), given.toLowerCase()];
  const near = known
    .map((name) => ({ name, edits: editsBetween(wanted, name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= wanted.length / 3 || hasLastSegmentOf(name, given))
    .sort((a, b) => a.edits - b.edits)
    .map(({ name }) => name);
  return [...new Set([...(guess === undefined ? [] : [guess]), ...near])].slice(0, SHOWN);
}

/** `processor.failure` for `payment.processor.failure`: somebody has left the beginning out. */
const hasLastSegmentOf = (name: string, given: string): boolean => name.endsWith(`.${given}`);
