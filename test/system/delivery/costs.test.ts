import { beforeAll, describe, expect, it } from 'vitest';
import { readMetered } from '../../../bench/plan/metered.ts';
import { priceOfUnits } from '../../../bench/plan/price.ts';
import { trafficOf } from '../../../bench/plan/traffic.ts';
import { byStage, NO_UNITS, sumOfUnits, timesUnits, type Units } from '../../../bench/plan/units.ts';
import type { Volume } from '../../../bench/plan/volume.ts';
import { priceOf, totalOf } from '../../../bench/rig/cost.ts';
import type { CostsView } from '../../../lambdas/api/costs.ts';
import { healthPartition } from '../../../lambdas/endpoint-health/health-store.ts';
import { createMeter, type MeterEntry } from '../../../local/cloud.ts';
import { startCloud } from '../../helpers/cloud.ts';
import { type Answer, startEndpoint } from '../../helpers/servers/endpoint.ts';
import { makeTenant, putItem, type TestTenant } from '../../helpers/tenant.ts';

/** Known work, priced by the cost meter, against what the route estimates of it. Batch windows are those of AWS. */
const meter = createMeter();
const cloud = await startCloud({ meter, edit: () => {} });

/** As docs/costs.md says: of the estimate, and of the planner, which is told how the work is published. */
const FACTOR = 2.5;
const PLANNED = 1.25;

interface Known {
  readonly work: string;
  readonly answer?: (attempt: number) => Answer;
  readonly options?: object;
  readonly events: number;
  readonly publish: (tenant: TestTenant, events: number) => Promise<unknown>;
  readonly counted: Partial<CostsView['items'][number]['counted']>;
  /** The same work as the planner is told of it. Left out where it depends on the machine how batches fill. */
  readonly planned?: Partial<Volume>;
}

const KB = 'x'.repeat(900);

const together: Known['publish'] = ({ api }, events) =>
  api.publishBatch(
    JSON.stringify({
      events: Array.from({ length: events }, (_, n) => ({ type: 'cost.of', data: { n, KB } })),
    }),
  );

const oneByOne: Known['publish'] = async ({ api }, events) => {
  for (let n = 0; n < events; n++) await api.publish('cost.of', { n, KB });
};

const KNOWN: Known[] = [
  {
    work: 'a hundred in one request',
    events: 100,
    publish: together,
    counted: { deliveries: 100, attempts: 100, delivered: 100, retries: 0, dead: 0 },
    planned: { eventsPerRequest: 100 },
  },
  {
    work: 'one after another',
    events: 60,
    publish: oneByOne,
    counted: { deliveries: 60, attempts: 60, delivered: 60 },
  },
  {
    work: 'one alone',
    events: 1,
    publish: oneByOne,
    counted: { deliveries: 1, attempts: 1, delivered: 1, batches: 1 },
    planned: {},
  },
  {
    work: 'retried after seconds',
    // To the breaker, a 400 is not a failure.
    answer: (attempt) => ({ status: attempt === 1 ? 400 : 200 }),
    // Longer than record waits, as retries are by default.
    options: { retry: { schedule: [4], jitter: 0 }, retryClientErrors: true },
    events: 60,
    publish: together,
    counted: { deliveries: 60, attempts: 120, delivered: 60, retries: 60 },
    // All retries are due in the same moment.
    planned: { eventsPerRequest: 60, peakHours: 1e-6 },
  },
  {
    work: 'dead at once',
    answer: () => ({ status: 400 }),
    events: 50,
    publish: together,
    counted: { deliveries: 50, attempts: 50, delivered: 0, dead: 50 },
    planned: { eventsPerRequest: 50, deadShare: 1 },
  },
];

describe('what the route estimates and the planner plans is what the meter counts, within a factor (C10, E2)', () => {
  // Cold starts, the secret of the first key, and the first read of the first tenant.
  beforeAll(async () => {
    await costsOf('');
    await run({ work: 'warm', events: 20, publish: together, counted: {} });
  });

  async function costsOf(tenant: string) {
    const { items } = await cloud.api.call<CostsView>('GET', '/v1/environment/costs?limit=200');
    return items.find(({ tenant: { id } }) => id === tenant);
  }

  async function run({ answer, options = {}, events, publish }: Known) {
    const tenant = await makeTenant(cloud, ['manage', 'publish'], { createdAt: new Date().toISOString() });
    const { url } = await startEndpoint(answer);
    const { targetId } = await tenant.api.subscribe({ url, events: ['cost.of'], ...options });
    // An endpoint that is known to answer has the fast lanes, in which deliveries share messages.
    const known = { failed: 0, ok: 0, countedSince: 0, revision: 1, provenAt: Date.now() };
    await putItem(cloud, 'State', { pk: healthPartition(tenant.id), sk: targetId, ...known });
    meter.reset();
    await publish(tenant, events);
    await cloud.settled({ timeout: 30_000 });
    const snapshot = meter.snapshot();
    const dollars = totalOf(priceOf(snapshot, events)) * (events / 1e6);
    return { dollars, snapshot, row: (await costsOf(tenant.id))! };
  }

  it.each(KNOWN)('$work', async (known) => {
    const { dollars, snapshot, row } = await run(known);
    expect(row.counted).toMatchObject(known.counted);
    // Storage is no request.
    const estimated = row.dollars - row.parts.storage;
    expect(estimated).toBeGreaterThan(dollars / FACTOR);
    expect(estimated).toBeLessThan(dollars * FACTOR);
    expect(row.atLeast).toBeLessThanOrEqual(row.dollars);
    expect(row.atMost).toBeGreaterThanOrEqual(row.dollars);
    expectPlanned(known, snapshot);
  });

  it('ten in one request, of which the planner alone is told', async () => {
    const known: Known = {
      work: 'ten in one request',
      events: 10,
      publish: together,
      counted: { deliveries: 10, attempts: 10, delivered: 10 },
      planned: { eventsPerRequest: 10 },
    };
    const { snapshot, row } = await run(known);
    expect(row.counted).toMatchObject(known.counted);
    expectPlanned(known, snapshot);
  });

  function expectPlanned(known: Known, snapshot: readonly MeterEntry[]): void {
    if (!known.planned) return;
    // Release runs each minute, whatever is published.
    const { Release: _, ...stages } = byStage(snapshot);
    // What leaves an index is a write on AWS, which the meter does not see.
    const left = { ...NO_UNITS, writes: 2 * (known.counted.retries ?? 0) };
    const counted = requestsOf(sumOfUnits([left, ...Object.values(stages)]));
    const planned = requestsOf(plannedOf(known));
    expect(planned).toBeGreaterThan(counted / PLANNED);
    expect(planned).toBeLessThan(counted * PLANNED);
  }

  const requestsOf = (units: Units): number =>
    Object.values(priceOfUnits(units)).reduce((sum, dollars) => sum + dollars, 0);

  /** What the planner says of the same work, published once in a day. Time in functions depends on the machine. */
  function plannedOf({ events, counted, planned }: Known): Units {
    const { units, counts } = trafficOf(
      {
        eventsPerDay: events,
        deliveries: 1,
        attempts: counted.attempts! / events,
        payloadKb: 1,
        eventsPerRequest: 1,
        answerMs: 0,
        peakHours: 24,
        retentionHours: 72,
        tenants: 1,
        targets: 1,
        eventTypes: 1,
        heldShare: 0,
        deadShare: 0,
        ...planned,
      },
      readMetered(),
    );
    return timesUnits(units, events / counts.events);
  }
});

it('needs no permission that it lacks', () => expect(cloud.denials).toEqual([]));
