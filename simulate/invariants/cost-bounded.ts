import type { MeterEntry } from '../../local/core/meter.ts';
import type { Watcher } from '../world/watch.ts';
import type { InvariantContext, InvariantFactory } from './invariant.ts';
import { deliveryIn } from './logged-delivery.ts';
import { createRecent } from './recent.ts';
import { textIn } from './typed-item.ts';

const NAME = 'costs are bounded';

const HOUR_MS = 3600_000;
const REQUEST_MS = 120_000;

/** What the engine did, by which its bill is judged. */
interface Work {
  readonly events: number;
  readonly deliveries: number;
  readonly requests: number;
  /** From each request to its answer, in milliseconds, summed. */
  readonly requestMs: number;
  /** Kilobytes of a request's body, on average. */
  readonly kb: number;
  /** Deliveries sent back for a pause or a slot. */
  readonly delays: number;
  /** Deliveries put into a hold queue, or parked. */
  readonly kept: number;
  readonly coldStarts: number;
  readonly tenants: number;
  readonly hours: number;
}

interface Bill {
  /** Requests to SQS that AWS bills, without empty receives: an idle queue has them, whatever is done. */
  readonly sqs: number;
  readonly writes: number;
  readonly reads: number;
  /** Of Lambda, in gigabyte-milliseconds. */
  readonly gbMs: number;
}

/**
 * Twice what was counted where each event comes alone, so that no batch fills (`alone` in bench/plan/metered.json): twice,
 * since conditional writes fail, and requests to AWS are made again.
 */
const SLACK = 2;

/** Functions have 512 MB: `MEMORY_MB` of lib/stacks/pipeline-function.ts. */
const MEMORY_GB = 0.5;

/**
 * The most that work may cost, by what the paths of metered.json ask:
 *
 * | | SQS | writes | reads |
 * | --- | --- | --- | --- |
 * | an event: ingest, authorize, fanout | 4 | 1 | 4 |
 * | its delivery: dispatch, record, and the dead-letter writer | 5 and 3 | 4 and 4 | 1.5 and 1 |
 * | a request: its message, its outcome, its target's health, both indexes | 6 | 11 | 5 |
 * | a delay for a pause or slot | 3 | 1, the slot's | 1 |
 * | a time in a hold queue or parked, and release or a drain | 3 | 8 | 20 |
 *
 * What is written has the event in it, so a write has as many units as the event has kilobytes, and one. Schedules have 60 runs of release an
 * hour, with 4 writes and 18 reads each, and some of recover, assess and erase that read for each tenant. Functions take
 * 100 ms a run besides waiting for endpoints and slots, five runs an event, with cold starts of two seconds.
 */
function mostFor(work: Work): Bill {
  const { events, deliveries, requests, requestMs, kb, delays, kept, coldStarts, tenants, hours } = work;
  const perWrite = 1 + Math.ceil(kb);
  const sqs = 4 * events + 8 * deliveries + 6 * requests + 3 * (delays + kept) + 100 * (hours + 1);
  const writes = (events + 8 * deliveries + 11 * requests + delays + 8 * kept) * perWrite + 400 * (hours + 1);
  const reads =
    (4 * events + 2.5 * deliveries + 5 * requests + delays + 20 * kept) * perWrite +
    (2000 + 20 * tenants) * (hours + 1);
  const runs = 2 * events + 3 * deliveries + 2 * requests + delays + 2 * kept + 100 * (hours + 1);
  const ms = requestMs + 3300 * (requests + delays) + 100 * runs + 2000 * coldStarts;
  return { sqs: SLACK * sqs, writes: SLACK * writes, reads: SLACK * reads, gbMs: SLACK * MEMORY_GB * ms };
}

/** Functions whose work this is; what an operator or a page asks is not. */
const WORKERS = /^(Authorize|Ingest|Fanout|Dispatch|Record|DeadLetterWriter|Release|Recover|Assess|Erase)/i;

const READS = /^(GetItem|BatchGetItem|Query|Scan)/;
const EMPTY = 'ReceiveMessage, empty';

function billOf(entries: Iterable<MeterEntry>): Bill {
  const bill = { sqs: 0, writes: 0, reads: 0, gbMs: 0 };
  for (const { caller, on = caller, service, operation, units } of entries) {
    if (!WORKERS.test(on)) continue;
    if (service === 'sqs' && operation !== EMPTY) bill.sqs += units;
    if (service === 'dynamodb') bill[READS.test(operation) ? 'reads' : 'writes'] += units;
    if (service === 'lambda') bill.gbMs += units;
  }
  return bill;
}

const UNITS: Readonly<Record<keyof Bill, string>> = {
  sqs: 'requests to SQS',
  writes: 'write units of DynamoDB',
  reads: 'read units of DynamoDB',
  gbMs: 'gigabyte-milliseconds of Lambda',
};

/** What a history costs stays within what its work explains, and what its faults repeat. */
export const costBounded: InvariantFactory = (context) => {
  const { violated, limits, meter } = context;
  const { watcher, work } = countWork(context);
  return {
    name: NAME,
    watcher,
    atEnd() {
      const done = work();
      const [most, bill] = [mostFor(done), billOf(meter())];
      for (const name of Object.keys(UNITS) as (keyof Bill)[]) {
        const bound = Math.ceil(most[name] * (1 + limits.repeatsPerAttempt));
        if (bill[name] <= bound) continue;
        const { events, deliveries, requests, delays, kept, hours } = done;
        violated(
          NAME,
          `expected at most ${bound} ${UNITS[name]} for ${events} events, ${deliveries} deliveries, ${requests} requests, ${delays} delays, ${kept} kept deliveries and ${hours.toFixed(1)} hours, found ${Math.round(bill[name])}`,
        );
      }
    },
  };
};

/** A delivery's message says what it waits for: see lambdas/delivery/past.ts. */
const DELAYED = /"past":"[^"]*(pause|slot)(@\d+)?"/;

function countWork({ now }: InvariantContext) {
  const begun = now();
  const sent = createRecent<number>(now, REQUEST_MS);
  const tenants = new Set<string>();
  const counts = {
    events: 0,
    deliveries: 0,
    requests: 0,
    requestMs: 0,
    delays: 0,
    kept: 0,
    coldStarts: 0,
  };
  let bytes = 0;
  const watcher: Watcher = {
    accepted({ tenant }) {
      tenants.add(tenant);
    },
    wrote({ table, before, after }) {
      if (before || !after) return;
      if (table === 'log') {
        if (deliveryIn(after)) counts.deliveries++;
        else if (textIn(after, 'pk')?.startsWith('event#')) counts.events++;
      } else if (table === 'state' && /^(room|parked)#/.test(textIn(after, 'pk') ?? '')) counts.kept++;
    },
    sent({ body }) {
      if (DELAYED.test(body)) counts.delays++;
    },
    reached({ number, body }) {
      counts.requests++;
      bytes += body.length;
      sent.set(String(number), now());
    },
    answered({ number }) {
      counts.requestMs += now() - (sent.get(String(number)) ?? now());
      sent.delete(String(number));
    },
    invoked({ isCold }) {
      if (isCold) counts.coldStarts++;
    },
  };
  return {
    watcher,
    work: (): Work => ({
      ...counts,
      kb: bytes / 1024 / Math.max(1, counts.requests),
      tenants: tenants.size,
      hours: (now() - begun) / HOUR_MS,
    }),
  };
}
