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

/** Several invariants as one, with one watcher. */
export function watchAll(
  context: InvariantContext,
  factories: readonly InvariantFactory[] = INVARIANTS,
): Invariant {
  const all = factories.map((factory) => factory(context));
  return {
    name: 'all invariants',
    watcher: {
      accepted: toEach(all, 'accepted'),
      wrote: toEach(all, 'wrote'),
      reached: toEach(all, 'reached'),
      answered: toEach(all, 'answered'),
      sent: toEach(all, 'sent'),
      invoked: toEach(all, 'invoked'),
    },
    atEnd() {
      for (const invariant of all) invariant.atEnd?.();
    },
  };
}

/** Tells each that wants to know. */
function toEach<K extends keyof Watcher>(all: readonly Invariant[], what: K) {
  type Seen = Parameters<NonNullable<Watcher[K]>>[0];
  const tell = all.flatMap(({ watcher }) => (watcher[what] as ((seen: Seen) => void) | undefined) ?? []);
  return (seen: Seen): void => {
    for (const one of tell) one(seen);
  };
}
