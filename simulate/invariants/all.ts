import type { Watcher } from '../world/watch.ts';
import { arrivedWasAnswered } from './arrived-was-answered.ts';
import { attemptsAreBounded } from './attempts-are-bounded.ts';
import { breakerClosesOnAnswer } from './breaker-closes-on-answer.ts';
import { costBounded } from './cost-bounded.ts';
import { deathsHaveReasons } from './deaths-have-reasons.ts';
import type { Invariant, InvariantContext, InvariantFactory } from './invariant.ts';
import { leasesEnd } from './leases-end.ts';
import { logMovesForward } from './log-moves-forward.ts';
import { memoryBounded } from './memory-bounded.ts';
import { newsIsTrue } from './news-is-true.ts';
import { nothingLost } from './nothing-lost.ts';
import { oneProbe } from './one-probe.ts';
import { quietAtEnd } from './quiet-at-end.ts';
import { rateLimitsHold } from './rate-limits.ts';
import { requestsAreSigned } from './requests-are-signed.ts';
import { retriesInTime } from './retries-in-time.ts';
import { tenantsApart } from './tenants-apart.ts';

/** All that holds in any history. */
export const INVARIANTS: readonly InvariantFactory[] = [
  nothingLost,
  quietAtEnd,
  deathsHaveReasons,
  arrivedWasAnswered,
  tenantsApart,
  rateLimitsHold,
  oneProbe,
  breakerClosesOnAnswer,
  logMovesForward,
  leasesEnd,
  attemptsAreBounded,
  retriesInTime,
  requestsAreSigned,
  costBounded,
  memoryBounded,
  newsIsTrue,
];

interface AllInvariants extends Invariant {
  /** How often each was checked: what it has seen, and the end. By their names. */
  readonly checks: Readonly<Record<string, number>>;
}

/** Several invariants as one, with one watcher. */
export function watchAll(
  context: InvariantContext,
  factories: readonly InvariantFactory[] = INVARIANTS,
): AllInvariants {
  const all = factories.map((factory) => factory(context));
  const checks = Object.fromEntries(all.map(({ name }) => [name, 0]));
  /** Tells each that wants to know. */
  function toEach<K extends keyof Watcher>(what: K) {
    type Seen = Parameters<NonNullable<Watcher[K]>>[0];
    const asked = all.flatMap(({ name, watcher }) => {
      const tell = watcher[what] as ((seen: Seen) => void) | undefined;
      return tell ? [{ name, tell }] : [];
    });
    return (seen: Seen): void => {
      for (const { name, tell } of asked) {
        checks[name]!++;
        tell(seen);
      }
    };
  }
  return {
    name: 'all invariants',
    watcher: {
      accepted: toEach('accepted'),
      wrote: toEach('wrote'),
      reached: toEach('reached'),
      answered: toEach('answered'),
      sent: toEach('sent'),
      invoked: toEach('invoked'),
    },
    atEnd() {
      for (const { name, atEnd } of all) {
        if (!atEnd) continue;
        checks[name]!++;
        atEnd();
      }
    },
    checks,
  };
}
