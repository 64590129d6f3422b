import { GB_MS, MEMORY_GB } from '../../lambdas/costs/usage.ts';
import { type Batches, batchesOf, different, messageKb } from './batches.ts';
import { type Counts, countsOf, DAYS_A_MONTH } from './counts.ts';
import { type Fit, fitOf, unitsIn } from './fit.ts';
import type { Metered, Path } from './metered.ts';
import { payloadUnits } from './payloads.ts';
import { eachUnit, NO_UNITS, type Stage, sumOfUnits, timesUnits, type Units } from './units.ts';
import type { Volume } from './volume.ts';

/** What a month's events ask of AWS. */
export interface Traffic {
  readonly counts: Counts;
  readonly batches: Batches;
  /** SQS requests by 64 KB, those of the API by 512 KB. */
  readonly units: Units;
  /** Requests of producers, however large. */
  readonly requests: number;
  /** Of functions: memory times duration. */
  readonly gbMs: number;
}

export function trafficOf(volume: Volume, metered: Metered): Traffic {
  const { counts, retried } = countsOf(volume);
  const { events, deliveries, retries, parked, held, dead } = counts;
  const batches = batchesOf(volume, { retries: retries / DAYS_A_MONTH, dead: dead / DAYS_A_MONTH });
  const more = (path: Path): Units => beyondDelivered(metered, path, batches);
  const stage = (name: Stage): Fit => fitOf(metered.paths.delivered, name);
  const requests = events / volume.eventsPerRequest;
  const asked = sumOfUnits([
    timesUnits(unitsIn(stage('Authorize'), batches.identified), requests),
    timesUnits(unitsIn(stage('Ingest'), 1), requests),
    timesUnits(unitsIn(stage('Fanout'), 1 / batches.fanout), events),
    timesUnits(unitsIn(stage('Dispatch'), 1 / batches.dispatch), deliveries),
    timesUnits(ofRecord(stage('Record'), batches), deliveries),
    timesUnits(more('retried'), retries - parked),
    timesUnits(more('parked'), parked),
    timesUnits(beyondTogether(metered, 'held'), held),
    timesUnits(beyondDelivered(metered, 'dead', diedAtOnce(batches)), dead),
    timesUnits(LEFT_INDEXES, Math.min(deliveries, deliveries * retried + held)),
    timesUnits(RECOVERY, deliveries),
    payloadUnits(volume.payloadKb, metered.payloads, counts),
    ofMany(volume, batches, counts),
  ]);
  const dispatched = deliveries / batches.dispatch + retries / batches.retry;
  const large = beyond64Kb(volume, batches, counts);
  return {
    counts,
    batches,
    requests,
    units: {
      ...asked,
      sqs: asked.sqs + large,
      fair: asked.fair + large,
      apiRequests: asked.apiRequests * Math.max(1, (volume.eventsPerRequest * volume.payloadKb) / 512),
    },
    gbMs:
      GB_MS.run * asked.runs + GB_MS.delivery * counts.attempts + volume.answerMs * MEMORY_GB * dispatched,
  };
}

/**
 * What a delivery that has waited leaves when it arrives: its entries in two indexes of the log. The local cloud does not count
 * entries that are removed; AWS bills each as a write.
 */
const LEFT_INDEXES: Units = { ...NO_UNITS, writes: 2 };

/** Recovery reads each delivery and its event twice (docs/decisions/20-recovery.md). */
const RECOVERY: Units = { ...NO_UNITS, reads: 1.2 };

/** Stages after fanout; fanout as well, where it holds deliveries or sends operational events on. */
const AFTER: readonly Stage[] = ['Fanout', 'Dispatch', 'Record', 'DeadLetterWriter', 'Release'];

/** Whatever dies at its first attempt is missing where first attempts are recorded, which share more than retries do. */
const diedAtOnce = (batches: Batches): Batches => ({
  ...batches,
  record: batches.recordMessages * batches.dispatch,
});

/** What a path asks more than the one on which the first attempt delivers. It can be less of some. */
function beyondDelivered(metered: Metered, path: Path, batches: Batches): Units {
  const { delivered, [path]: other } = metered.paths;
  const more = AFTER.map((stage) => {
    const [base, fit] = [fitOf(delivered, stage), fitOf(other, stage)];
    const [one, both] =
      stage === 'Record'
        ? [ofRecord(base, batches), ofRecord(fit, batches)]
        : [
            unitsIn(base, runsOf(stage, base.passes, batches)),
            unitsIn(fit, runsOf(stage, fit.passes, batches)),
          ];
    return eachUnit((name) => both[name] - one[name]);
  });
  return sumOfUnits(more);
}

/** The same of a path that is only ever taken by many: an endpoint that is down collects deliveries before it recovers. */
function beyondTogether({ paths }: Metered, path: Path): Units {
  const all = (of: Path): Units =>
    sumOfUnits(AFTER.map((stage) => paths[of].together.stages[stage] ?? NO_UNITS));
  const [base, other] = [all('delivered'), all(path)];
  return eachUnit((name) => other[name] - base[name]);
}

/** Runs that a delivery takes part in, where it passes the stage so often alone. */
function runsOf(stage: Stage, passes: number, batches: Batches): number {
  const later = Math.max(0, passes - 1);
  switch (stage) {
    case 'Fanout':
      return Math.min(1, passes) / batches.fanout + later / batches.dead;
    case 'Dispatch':
      return Math.min(1, passes) / batches.dispatch + later / batches.retry;
    case 'DeadLetterWriter':
      return passes / batches.dead;
    case 'Record':
      return passes / batches.record;
    // Release runs each minute anyway.
    case 'Release':
      return 0;
    case 'Authorize':
    case 'Ingest':
      return passes;
  }
}

/**
 * Record waits for its batch to fill, so it receives messages as they come, and deletes them by tens. All other batches are
 * received and deleted at once.
 */
function ofRecord(fit: Fit, batches: Batches): Units {
  const runs = runsOf('Record', fit.passes, batches);
  const { recordMessages, recordReceived } = batches;
  const receives = Math.max(1, recordMessages / recordReceived);
  const deletes = Math.max(1, recordMessages / 10);
  return { ...unitsIn(fit, runs), sqs: runs * (receives + deletes) };
}

/** Counters of each tenant, endpoint and type in a batch, and what is read of each: the meter has one of each. */
function ofMany(
  { tenants, targets, eventTypes }: Volume,
  batches: Batches,
  { events, deliveries, attempts }: Counts,
): Units {
  const more = (batch: number, of: number): number => Math.max(0, different(Math.max(1, batch), of) - 1);
  const counters = [tenants, targets, eventTypes].reduce((sum, of) => sum + more(batches.record, of), 0);
  const versions = (events / batches.fanout) * more(batches.fanout, tenants);
  // A target and its health.
  const ofTargets = 1.5 * (deliveries / batches.dispatch) * more(batches.dispatch, targets);
  return { ...NO_UNITS, writes: (attempts / batches.record) * counters, reads: versions + ofTargets };
}

const CHUNK_KB = 64;

/** Requests of 64 KB that a batch takes beyond one: to receive events, to send deliveries and to receive them. */
function beyond64Kb(volume: Volume, batches: Batches, { events, deliveries }: Counts): number {
  const kb = messageKb(volume);
  const beyond = (count: number): number => Math.max(0, (count * kb) / CHUNK_KB - 1);
  return (
    (events / batches.fanout) * (beyond(batches.fanout) + beyond(batches.fanout * volume.deliveries)) +
    (deliveries / batches.dispatch) * beyond(batches.dispatch)
  );
}
