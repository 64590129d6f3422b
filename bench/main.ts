import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type ColdStartFigures, measureColdStarts } from './coldstart.ts';
import { type DeliveryFigures, measureDelivery } from './delivery.ts';
import { type KillFigures, measureKills } from './kill.ts';
import { type ManageFigures, measureManage } from './manage.ts';
import { type MatchingFigures, measureMatching } from './matching.ts';
import { measureNoise, type NoisyFigures, printNoise } from './noisy.ts';
import { PRICES } from './prices.ts';

/**
 * `npm run bench -- [delivery | kill | noisy | manage | coldstart | matching] [--quick] [--json FILE]`. Machines differ and are
 * noisy: compare runs on one machine, by their ratio.
 */
const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});

/** The others are a few kilobytes together. */
const SHOWN_PACKAGES = 20;

/** For an event that few subscriptions match, by the number of all. */
const GOAL_MICROSECONDS: Readonly<Record<number, string>> = { 10000: '< 50', 100000: '< 200' };

const suites = { delivery, kill, noisy, manage, coldstart, matching };
const wanted = positionals[0] ?? 'delivery';
if (!(wanted in suites)) {
  console.error(`unknown benchmark ${wanted}: expected ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}
const size = values.quick ? 'quick' : 'full';
const machine = { cores: cpus().length, model: cpus()[0]?.model, node: process.version };
console.log(`${wanted} (${size}) on ${machine.cores} × ${machine.model}, Node ${machine.node}\n`);
const figures = await suites[wanted as keyof typeof suites]();
if (values.json) {
  const report = { benchmark: wanted, size, at: new Date().toISOString(), machine, figures };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

async function delivery(): Promise<DeliveryFigures> {
  const figures = await measureDelivery(size);
  console.table({
    'deliveries per second, batch ingest': row(figures.batchPerSecond, '≥ 500'),
    'deliveries per second, single ingest': row(figures.singlePerSecond, '≥ 250'),
    ...Object.fromEntries(
      figures.latency.flatMap(({ perSecond, p50, p95, p99 }) => [
        [`accept to arrival at ${perSecond}/s, p50 ms`, row(p50, perSecond === 100 ? '< 50' : '')],
        [`accept to arrival at ${perSecond}/s, p95 ms`, row(p95)],
        [`accept to arrival at ${perSecond}/s, p99 ms`, row(p99, perSecond === 100 ? '< 150' : '')],
      ]),
    ),
    'peak resident memory, MB': row(figures.memoryMb, '< 200'),
    'processor ms per delivery, batch ingest': row(figures.cpuMsPerDelivery),
    [`lost of ${figures.sent}`]: row(figures.lost, '0'),
    duplicates: row(figures.duplicates),
    '$ per million, batch ingest': row(figures.cost.batch.total, '< 2.50'),
    '$ per million, single ingest': row(figures.cost.single.total, '< 4.00'),
    '$ per million, single ingest, one a second': row(figures.cost.trickle.total),
  });
  for (const [name, { lines }] of Object.entries(figures.cost)) {
    console.log(`\nWhat a million deliveries with ${name} ingest cost (${PRICES.region}, ${PRICES.asOf}):`);
    console.table(
      lines
        .filter(({ dollarsPerMillion }) => dollarsPerMillion >= 0.005)
        .map(({ caller, service, operation, requestsPerMillion, dollarsPerMillion }) => ({
          caller,
          service,
          operation,
          'requests per million': requestsPerMillion,
          $: Number(dollarsPerMillion.toFixed(3)),
        })),
    );
  }
  return figures;
}

async function kill(): Promise<KillFigures> {
  const figures = await measureKills(size);
  console.table(figures);
  return figures;
}

async function noisy(): Promise<NoisyFigures> {
  const figures = await measureNoise(size);
  printNoise(figures);
  return figures;
}

async function manage(): Promise<ManageFigures> {
  const figures = await measureManage(size);
  console.table(
    Object.fromEntries(
      figures.calls.map(({ call, p50, p95, requests, dollarsPerMillion }) => [
        call,
        {
          'p50 ms': p50,
          'p95 ms': p95,
          'requests of AWS, in brackets units': requests
            .map(({ operation, perCall, unitsPerCall }) => `${perCall} ${operation} (${unitsPerCall})`)
            .join(', '),
          '$ per million': dollarsPerMillion,
        },
      ]),
    ),
  );
  const { callsEach, subscriptions, events } = figures;
  console.log(
    `${callsEach} calls each, to a tenant with ${subscriptions} subscriptions and ${events} events; prices of ${PRICES.region}, ${PRICES.asOf}.`,
  );
  return figures;
}

async function coldstart(): Promise<ColdStartFigures> {
  const figures = await measureColdStarts();
  const { floors, functions, ingest } = figures;
  const floorRow = (name: string, { ms, cpuMs }: { ms: number; cpuMs: number }) =>
    [name, { ms, 'cpu ms': cpuMs }] as const;
  console.table(
    Object.fromEntries<object>([
      floorRow('(an empty module)', floors.empty),
      floorRow('(node:https, crypto, zlib)', floors.https),
      ...functions.map(
        ({ name, bundleKb, gzipKb, atLoadKb, ms, cpuMs, timesFloor }) =>
          [
            name,
            {
              kB: bundleKb,
              'kB gzipped': gzipKb,
              'kB run at load': atLoadKb,
              ms,
              'cpu ms': cpuMs,
              '× https': timesFloor,
            },
          ] as const,
      ),
    ]),
  );
  console.log('\nWhat ingest is made of, in bytes:');
  console.table(
    Object.fromEntries(
      [...ingest.packages.slice(0, SHOWN_PACKAGES), { name: 'all', ...ingest }].map(
        ({ name, atLoad, later }) => [name, { 'run at load': atLoad, 'when needed': later }],
      ),
    ),
  );
  return figures;
}

async function matching(): Promise<MatchingFigures> {
  const figures = measureMatching(size);
  console.log('Microseconds per event:');
  console.table(
    figures.events.map((one) => ({
      subscriptions: one.subscriptions,
      'operators alone': `${100 * one.alone} %`,
      'that match': one.matches,
      'payload, bytes': one.payloadBytes,
      candidates: one.candidates,
      p50: one.p50,
      p99: one.p99,
      goal: one.matches < 100 ? (GOAL_MICROSECONDS[one.subscriptions] ?? '') : '',
      'JSON, p50': one.parse,
      'with JSON, p50': one.p50WithParse,
      'plain loop, p50': one.loopP50,
      'times as long': one.timesIndex,
    })),
  );
  console.log('\nAn index:');
  console.table(
    figures.indexes.map((one) => ({
      subscriptions: one.subscriptions,
      'operators alone': `${100 * one.alone} %`,
      'build, cold, ms': one.coldBuildMs,
      'build, warm, ms': one.warmBuildMs,
      'goal, ms': one.subscriptions === 10_000 ? '< 200' : '',
      'bytes a subscription': one.bytesPerSubscription,
      'all used': one.bytesPerSubscriptionUsed,
      goal: '< 2000',
      'as fanout counts': one.estimatedBytes,
    })),
  );
  return figures;
}

function row(measured: number, goal = '') {
  return { measured, goal };
}
