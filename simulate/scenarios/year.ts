import { readMetered } from '../../bench/plan/metered.ts';
import { monthOf } from '../../bench/plan/month.ts';
import { standingOf } from '../../bench/plan/standing.ts';
import { templatesOf } from '../../bench/plan/templates.ts';
import type { Volume } from '../../bench/plan/volume.ts';
import { itemSize } from '../../local/services/dynamodb/values.ts';
import { dollarsOf } from '../cost/dollars.ts';
import { createMetricHours } from '../cost/metric-hours.ts';
import { SCHEMAS } from '../report/results.ts';
import type { Behaviour } from '../world/endpoints.ts';
import { startProducers } from '../world/producers.ts';
import { createTenants } from '../world/tenants.ts';
import type { World } from '../world/world.ts';
import type { ScenarioOptions } from './scenario.ts';
import { UsageError } from './usage-error.ts';
import { worldOf } from './worlds.ts';

const DAY_MS = 86_400_000;
const ENVIRONMENT = 'prod';
const SMALL = { eventsPerDay: 5000, attempts: 1.1, payloadKb: 1, targets: 10, answer: { p50: 40, p99: 200 } };
/** Before a small environment is counted: by then items of the first days expire, and recovery scans as ever. */
const WARM_UP_DAYS = 1;

/** What `npm run cost` takes if nothing else is said. */
const PLANNED: Volume = {
  eventsPerDay: 0,
  deliveries: 1,
  attempts: SMALL.attempts,
  payloadKb: SMALL.payloadKb,
  eventsPerRequest: 1,
  answerMs: 50,
  peakHours: 24,
  retentionHours: 72,
  tenants: 1,
  targets: SMALL.targets,
  eventTypes: SMALL.targets,
  heldShare: 0,
  deadShare: 0,
};

interface Row {
  readonly name: string;
  readonly deliveriesAMonth: number;
  readonly byService: Readonly<Record<string, number>>;
}

/**
 * What an environment costs in a month: one in which nothing happens, for a year, and one with five thousand deliveries a day,
 * for a week that stands for all. Prints what `npm run cost` plans for the same.
 * @throws UsageError for an option that makes no sense
 */
export async function run({ seed, isQuick, others, command, print }: ScenarioOptions): Promise<object> {
  const days = daysOf(others.days) ?? (isQuick ? 7 : 365);
  const idle = await live({ seed, days, eventsPerDay: 0, print });
  const small = await live({ seed, days: isQuick ? 1 : 7, eventsPerDay: SMALL.eventsPerDay, print });
  return SCHEMAS.year.parse({
    scenario: 'year',
    run: { command, seed, simulatedSeconds: idle.seconds + small.seconds },
    rows: [idle.row, small.row],
  });
}

function daysOf(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,3}$/.test(String(given))) return Number(given);
  throw new UsageError(`--days N: expected a whole number from 1, got ${given}`);
}

interface Life {
  readonly seed: number;
  readonly days: number;
  readonly eventsPerDay: number;
  readonly print: (text: string) => void;
}

async function live({ seed, days, eventsPerDay, print }: Life): Promise<{ row: Row; seconds: number }> {
  const world = await worldOf(`year/${seed}/${eventsPerDay}`);
  const { kernel, watchers, meter } = world;
  const metrics = createMetricHours();
  let outBytes = 0;
  let arrived = 0;
  let posted = 0;
  watchers.push({
    printed: ({ text }) => metrics.logged(text, kernel.now()),
    reached({ body, headers }) {
      posted++;
      outBytes += body.length + JSON.stringify(headers).length;
    },
    answered({ status }) {
      if (status === 200) arrived++;
    },
  });
  const warmUpMs = eventsPerDay > 0 ? WARM_UP_DAYS * DAY_MS : 0;
  if (eventsPerDay > 0) await startWork(world, eventsPerDay, warmUpMs + days * DAY_MS);
  await kernel.run(kernel.now() + warmUpMs);
  world.settle();
  meter.reset();
  const before = { metricHours: metrics.count(), outBytes, arrived };
  await kernel.run(kernel.now() + days * DAY_MS);
  world.settle();

  const elapsedMs = days * DAY_MS;
  const { perMonth, monthTotal } = dollarsOf(meter.snapshot(), {
    elapsedMs,
    metricHours: metrics.count() - before.metricHours,
    outBytes: outBytes - before.outBytes,
    tableBytes: bytesOf(world),
    standing: standingOf(templatesOf(ENVIRONMENT).templates, readMetered()),
  });
  const deliveries = Math.round(((arrived - before.arrived) / days) * (365 / 12));
  const name = eventsPerDay === 0 ? 'nothing' : `${eventsPerDay} deliveries a day`;
  print(`${name}: $${monthTotal.toFixed(2)} a month, planned ${planned(eventsPerDay).toFixed(2)}`);
  print(JSON.stringify({ perMonth, attempts: arrived > 0 ? posted / arrived : 0 }));
  return {
    row: { name, deliveriesAMonth: deliveries, byService: perMonth },
    seconds: (warmUpMs + elapsedMs) / 1000,
  };
}

async function startWork(world: World, eventsPerDay: number, forMs: number): Promise<void> {
  const { kernel, endpoints } = world;
  const { targets, payloadKb } = SMALL;
  const [tenant] = await createTenants(world, [{ name: 'small', targets, payloadBytes: payloadKb * 1024 }]);
  for (const { host } of tenant!.targets) endpoints.set(host, mostlyWell);
  const from = kernel.now();
  startProducers(world, [{ tenant: tenant!, perSecond: eventsPerDay / 86_400, from, until: from + forMs }]);
}

/** As many of its requests fail as make 1.1 attempts of a delivery. */
const mostlyWell: Behaviour = (_, random) => ({
  kind: 'answers',
  afterMs: random.chance(0.05) ? SMALL.answer.p99 : SMALL.answer.p50,
  status: random.chance(1 - 1 / SMALL.attempts) ? 500 : 200,
});

/** What tables keep at the end. DynamoDB bills a hundred bytes more of each item. */
function bytesOf({ dynamo }: World): number {
  let bytes = 0;
  for (const role of ['config', 'log', 'state'] as const)
    for (const item of dynamo.items(role)) bytes += itemSize(item) + 100;
  return bytes;
}

/** Dollars of a month by `npm run cost`. */
function planned(eventsPerDay: number): number {
  const metered = readMetered();
  const { templates, longestRetentionHours } = templatesOf(ENVIRONMENT);
  const volume = { ...PLANNED, eventsPerDay };
  return monthOf(volume, { standing: standingOf(templates, metered), longestRetentionHours }, metered)
    .dollars;
}
