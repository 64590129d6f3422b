import type { Work } from './work.ts';

/** What a tenant's work asked of AWS, in the units that AWS bills. */
export interface Usage {
  /** Requests of producers. */
  readonly apiRequests: number;
  readonly invocations: number;
  /** Of functions: memory times duration, in GB-milliseconds. */
  readonly gbMs: number;
  readonly sqsRequests: number;
  /** Those of them that are about messages with a group. */
  readonly fairRequests: number;
  /** Of DynamoDB, indexes among them. */
  readonly writes: number;
  readonly reads: number;
  readonly logBytes: number;
}

/**
 * How far work shares requests and functions. Counters have what was delivered and in how many batches it was recorded, not how
 * it was published or posted. So that is assumed: at best in full batches, at worst each delivery alone. `likely` goes by the
 * batches of record.
 */
export type Assumption = 'best' | 'likely' | 'worst';

/** How often functions run beside record and the dead-letter writer. */
interface Runs {
  readonly ingest: number;
  readonly fanout: number;
  readonly dispatch: number;
}

/** Deliveries of a full batch of a lane, ten messages of five; messages of a batch; events of a full request. */
const FULL_LANE = 50;
const FULL_BATCH = 10;
const FULL_REQUEST = 100;
/** Events that a request of a busy producer has: between one by one and a hundred. */
const LIKELY_REQUEST = 3;
/** A batch of record spans two seconds. With so many outcomes in it, two came together on their way there. */
const TO_SHARE = 30;

/** How many came together where so many were recorded together. */
const sharing = (inRecord: number, most: number): number => Math.min(most, 1 + inRecord / TO_SHARE);

const RUNS: Record<Assumption, (work: Work) => Runs> = {
  best: ({ deliveries, attempts }) => ({
    ingest: deliveries / FULL_REQUEST,
    fanout: deliveries / FULL_REQUEST,
    dispatch: attempts / FULL_LANE,
  }),
  likely: ({ deliveries, attempts, dead, batches, deadBatches }) => {
    const rest = Math.max(0, attempts - dead);
    const inRecord = batches > 0 ? rest / batches : 0;
    // Dead letters are sent one by one, and the dead-letter writer gets ten at once.
    const dispatch = Math.min(attempts, rest / sharing(inRecord, FULL_LANE) + deadBatches);
    const together = dispatch > 0 ? attempts / dispatch : 1;
    const ingest = deliveries / Math.min(LIKELY_REQUEST, together);
    return { ingest, fanout: Math.min(ingest, deliveries / together), dispatch };
  },
  worst: ({ deliveries, attempts }) => ({ ingest: deliveries, fanout: deliveries, dispatch: attempts }),
};

/** Deliveries that have waited for a retry. */
const waitedIn = ({ retries, deliveries, deliveredFirst }: Work): number =>
  Math.max(0, Math.min(retries, deliveries - deliveredFirst));

/** GB of a function, and GB-milliseconds of a run and of a delivery in it, without waiting (`npm run bench`). */
export const MEMORY_GB = 0.5;
export const GB_MS = { run: 5, delivery: 1 } as const;

/** Bytes that a run logs, with Lambda's own lines; of ingest, the API's access log is priced apart. */
const LOG_BYTES = { fanout: 244, dispatch: 358, record: 198, deadLetters: 200 } as const;

/** Events of 1 kB in a message of 60 KB. */
const EVENTS_A_MESSAGE = 40;

/** What work needs; docs/architecture.md has each access and what it costs. */
export function usageOf(work: Work, assumption: Assumption): Usage {
  const {
    deliveries,
    attempts,
    retries,
    dead,
    answerMs,
    parked,
    batches: record,
    deadBatches: deadLetters,
  } = work;
  const { ingest, fanout, dispatch } = RUNS[assumption](work);
  const waited = waitedIn(work);
  const invocations = ingest + fanout + dispatch + record + deadLetters;
  const fairRequests =
    // Events: sent, received, deleted.
    Math.max(ingest, deliveries / EVENTS_A_MESSAGE) +
    2 * fanout +
    // Deliveries, also those that are delayed: sent, received, deleted.
    Math.max(fanout, deliveries / FULL_LANE) +
    (attempts === 0 ? 0 : retries * (dispatch / attempts)) +
    2 * dispatch +
    // Dead letters: sent, received, deleted.
    3 * deadLetters;
  // Sent, received one by one while a batch fills, deleted by tens.
  const outcomeRequests = 2 * dispatch + record + Math.max(record, dispatch / FULL_BATCH);
  return {
    apiRequests: ingest,
    invocations,
    // A batch waits for its endpoints together.
    gbMs:
      GB_MS.run * invocations +
      GB_MS.delivery * deliveries +
      (attempts === 0 ? 0 : answerMs * MEMORY_GB * (dispatch / attempts)),
    sqsRequests: fairRequests + outcomeRequests,
    fairRequests,
    writes:
      // The event and the delivery.
      2 * deliveries +
      // Counters of the tenant, the target and the type; of what died, also of failing targets.
      3 * record +
      4 * deadLetters +
      // A wait: its state, and its target's health; the first has two indexes, which its end changes.
      1.2 * retries +
      4 * waited +
      // The message in the table, of over a kilobyte: put and deleted.
      4 * parked +
      // Both indexes.
      2 * dead,
    reads:
      // Versions, health, subscriptions; targets and health; the log of what has waited; what release finds.
      1.3 * fanout + 0.7 * dispatch + 0.5 * retries + 0.4 * parked,
    logBytes:
      LOG_BYTES.fanout * fanout +
      LOG_BYTES.dispatch * dispatch +
      LOG_BYTES.record * record +
      LOG_BYTES.deadLetters * deadLetters,
  };
}
