import { putBackNamed } from '../faults/put-back.ts';
import type { Soak } from '../report/results.ts';

/** What simulations found in earlier code, and what was mended. Kept by hand: the code as it is can't show it any more. */
export const FOUND: Soak['found'] = [
  {
    what: 'an event was written twice where a queue handed the event out twice in a batch, which AWS refuses',
    invariant: 'the model of DynamoDB',
    mended: 'the event is written once',
  },
  {
    what: 'an endpoint that began to hang held the slow lane for 15 s at a time',
    invariant: 'the scenario neighbours',
    mended: 'five requests that are cut open the breaker',
  },
  {
    what: 'drains that were overdue were sent again each minute while their lane was behind',
    invariant: 'the scenario recovery, many endpoints',
    mended: 'at most 500 are sent again in a run',
  },
  {
    what: 'an hour in which nine in ten requests of a region fail left 45 in 100 events dead, after five receives',
    invariant: 'the scenario recovery, region',
    mended: 'events are tried for 75 minutes',
  },
  {
    what: 'a drain that ended while it closed a hold queue left deliveries there without a next drain',
    invariant: 'leases end, in a history made for it',
    mended: 'a drain that is refused the lease checks the queue too',
  },
  {
    what: "a lease had no holder for minutes when DynamoDB's answer to its write was lost",
    invariant: 'a history made for it',
    mended: 'a repeated write knows its own entry by a mark',
  },
  {
    what: 'a replay whose first page SQS refused stood as running for ever',
    invariant: 'the end is quiet, in a random history',
    mended: 'the page is asked for before the job is written',
  },
  {
    what: 'a probe was posted again when its result could not be noted',
    invariant: 'reading the code for invariants',
    mended: 'the probe is settled all the same',
  },
  {
    what: 'a tenant heard of a death that the log refused, since the delivery had arrived',
    invariant: 'reading the code for invariants',
    mended: 'the log is asked first',
  },
];

/**
 * Faults that were put back, one at a time, and after how many random histories each was found. Kept by hand, from runs of
 * `soak --put-back` before three in four histories were small. Tests find most of them by a short history of their own.
 */
const FOUND_AFTER = [
  { fault: 'update-of-nothing', invariant: 'the end is quiet', histories: 1 },
  { fault: 'lease-kept', invariant: 'the end is quiet', histories: 1 },
  { fault: 'older-outcome-written', invariant: 'the log moves forward', histories: 3 },
  { fault: 'own-claim-is-anothers', invariant: 'nothing is lost', histories: 3 },
  { fault: 'slots-given-anew', invariant: 'rate limits hold', histories: 6 },
  { fault: 'probe-timeout-closes', invariant: 'a breaker closes on an answer', histories: 10 },
  { fault: 'removed-when-held-again', invariant: 'nothing is lost', histories: 17 },
  { fault: 'delivered-unreported', invariant: 'nothing is lost', histories: 60 },
] as const;

export const FOUND_WHEN_PUT_BACK: Soak['putBack'] = FOUND_AFTER.map(({ fault, invariant, histories }) => ({
  what: `\`${fault}\`: ${putBackNamed(fault).says}`,
  invariant,
  histories,
}));
