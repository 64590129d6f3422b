import { settingsOf } from '../../lib/settings/config.ts';
import { limitsOf } from '../../simulate/report/limits.ts';
import type {
  Limits,
  Neighbours,
  Recovery,
  RecoveryCase,
  Results,
  Scale,
  ScaleRow,
  Soak,
  Work,
  Year,
} from '../../simulate/report/results.ts';
import { FLOODED } from '../../simulate/report/results.ts';

/** Results of scenarios that never ran: their numbers are made up. */
const runOf = (scenario: string) => ({
  command: `npm run simulate -- ${scenario} --seed 1`,
  seed: 1,
  simulatedSeconds: 5400,
});
const work: Work = { tenants: 1000, payloadKb: 1, answer: { p50: 80, p99: 400 } };
const prod = settingsOf('prod');

export const scaleRow = (row: Partial<ScaleRow> = {}): ScaleRow => ({
  load: 'even',
  perRequest: 20,
  perSecond: 100,
  deliveredPerSecond: row.perSecond ?? 100,
  limits: limitsOf(prod),
  latency: { p50: 96, p99: 410 },
  processorSeconds: 0.9,
  environments: { Ingest: 4, Fanout: 6, DispatchStandard: 12, Record: 3 },
  dollarsPerMillion: 2.4,
  throttles: {},
  ...row,
});

const raised = (factor: number, granted: Partial<Limits> = {}): Limits => {
  const concurrency = {
    ...prod.concurrency,
    fanout: 20 * factor,
    standard: 50 * factor,
    record: 10 * factor,
  };
  return { ...limitsOf({ ...prod, concurrency }), ...granted };
};

export const scaleResult = (): Scale => ({
  scenario: 'scale',
  run: runOf('scale'),
  work,
  rows: [
    scaleRow(),
    scaleRow({
      perSecond: 1000,
      latency: { p50: 90, p99: 380 },
      processorSeconds: 6.1,
      dollarsPerMillion: 1.71,
    }),
    scaleRow({
      perSecond: 5000,
      deliveredPerSecond: 3100,
      bites: '`concurrency.standard`',
      latency: { p50: 9000, p99: 61_000 },
      processorSeconds: 17.5,
      dollarsPerMillion: 1.52,
      throttles: { dynamodb: 1203 },
    }),
    scaleRow({
      perSecond: 5000,
      limits: raised(5, { warmWrites: 12_000 }),
      latency: { p50: 94, p99: 450 },
      processorSeconds: 27,
      dollarsPerMillion: 1.44,
    }),
    scaleRow({
      perSecond: 20_000,
      deliveredPerSecond: 19_960,
      limits: raised(18, { warmWrites: 45_000, tableWrites: 60_000, lambdaConcurrency: 3000 }),
      latency: { p50: 110, p99: 730 },
      processorSeconds: 101,
      dollarsPerMillion: 1.39,
      environments: { Ingest: 120, Fanout: 210, DispatchStandard: 830, Record: 90 },
    }),
    scaleRow({
      load: 'hot tenant',
      perSecond: 1000,
      deliveredPerSecond: 940,
      bites: 'a partition of the log table | 1,000 writes',
      latency: { p50: 400, p99: 4100 },
      throttles: { dynamodb: 40, lambda: 2 },
    }),
  ],
});

const BESIDE = { hanging: 1.14, slow: 1.06, failing: 1.02, 'rate-limited': 1.01, healthy: 1.21 };

export const neighboursResult = (): Neighbours => ({
  scenario: 'neighbours',
  run: runOf('neighbours'),
  work,
  othersPerSecond: 500,
  rows: [...FLOODED.map((endpoint) => ({ endpoint })), { endpoint: 'hanging' as const, turns: true }].flatMap(
    (kind) =>
      [1, 10, 100].map((factor) => ({
        ...kind,
        factor,
        floodPerSecond: factor / 2,
        alone: { p50: 90, p99: 400 },
        beside: { p50: 92, p99: 400 * BESIDE[kind.endpoint] ** (1 + Math.log10(factor) * 2) },
      })),
  ),
});

const hour = 3600;

function recoveryCase(kind: RecoveryCase['kind'], span: number, most: number): RecoveryCase {
  const trouble = { from: span * 0.1, until: span * 0.4 };
  const seconds = Array.from({ length: 150 }, (_, i) => (span * i) / 149);
  const share = (at: number): number =>
    at < trouble.from
      ? 0
      : at < trouble.until
        ? (at - trouble.from) / (trouble.until - trouble.from)
        : Math.max(0, 1 - ((at - trouble.until) / span) * 2);
  return {
    kind,
    deliveries: most,
    trouble,
    doneSeconds: span / 2,
    others: { before: { p50: 90, p99: 400 }, since: { p50: 93, p99: 420 } },
    lost: 0,
    twice: 12,
    series: {
      seconds,
      waiting: seconds.map((at) => most * share(at)),
      perSecond: seconds.map((at) =>
        at > trouble.until && share(at) > 0 ? 2 * (most / span) : most / span / 9,
      ),
    },
  };
}

export const recoveryResult = (): Recovery => ({
  scenario: 'recovery',
  run: runOf('recovery'),
  work,
  cases: [
    recoveryCase('waiting', 2 * hour, 1_000_000),
    recoveryCase('region', 3 * hour, 1_800_000),
    recoveryCase('deploy', 170, 800),
    recoveryCase('endpoints', 30 * hour, 350_000),
  ],
});

const yearResult = (): Year => ({
  scenario: 'year',
  run: runOf('year'),
  rows: [
    { name: 'idle', deliveriesAMonth: 0, byService: { CloudWatch: 6.3, SQS: 2.37, KMS: 1.16 } },
    {
      name: '5,000 a day',
      deliveriesAMonth: 152_083,
      byService: { CloudWatch: 11.5, SQS: 3.08, KMS: 1.16, DynamoDB: 1.22 },
    },
  ],
});

const soakResult = (): Soak => ({
  scenario: 'soak',
  run: runOf('soak'),
  histories: 10_000,
  faults: { 'call fails': 81_000, 'instance dies': 9000 },
  checks: { 'no delivery is lost': 10_000, 'a lease ends': 41_000 },
  failed: 0,
  found: [{ what: 'a lease that never ends', invariant: 'a lease ends', mended: 'decision 22' }],
  putBack: [{ what: 'a probe that timed out closes the breaker', invariant: 'one probe', histories: 4 }],
});

export const allResults = (): Required<Results> => ({
  neighbours: neighboursResult(),
  scale: scaleResult(),
  recovery: recoveryResult(),
  year: yearResult(),
  soak: soakResult(),
});
