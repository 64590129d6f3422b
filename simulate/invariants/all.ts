import { arrivedWasAnswered } from './arrived-was-answered.ts';
import { attemptsAreBounded } from './attempts-are-bounded.ts';
import { costBounded } from './cost-bounded.ts';
import { deathsHaveReasons } from './deaths-have-reasons.ts';
import type { InvariantFactory } from './invariant.ts';
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
  logMovesForward,
  leasesEnd,
  attemptsAreBounded,
  retriesInTime,
  requestsAreSigned,
  costBounded,
  memoryBounded,
  newsIsTrue,
];
