import { FLOODED, type Neighbours } from '../report/results.ts';
import type { Quantiles } from '../world/latencies.ts';
import { type Flood, liveBeside, type Size } from './neighbours-world.ts';
import type { ScenarioOptions } from './scenario.ts';

const SIZES: Readonly<Record<'full' | 'quick', Size>> = {
  full: { tenants: 1000, perSecond: 0.5, warmUpMs: 10_000, measuredMs: 30_000, newcomers: 60 },
  quick: { tenants: 100, perSecond: 1, warmUpMs: 5000, measuredMs: 5000, newcomers: 20 },
};

/** Where the hard case is: an endpoint that was well turns when the flood begins. */
const flood = (endpoint: Flood['endpoint'], factor: number, others: Partial<Flood> = {}): Flood => ({
  endpoint,
  factor,
  targets: 1,
  turns: true,
  ...others,
});

const FLOODS: Readonly<Record<'full' | 'quick', readonly Flood[]>> = {
  full: FLOODED.flatMap((endpoint) => [1, 10, 100].map((factor) => flood(endpoint, factor))),
  quick: [flood('hanging', 100)],
};

/** Not in the result: fair queues go by targets, and nothing is known of an endpoint that never answered. */
const BESIDES: Readonly<Record<'full' | 'quick', readonly Flood[]>> = {
  full: [
    flood('hanging', 100, { targets: 20 }),
    flood('hanging', 100, { turns: false }),
    flood('slow', 100, { turns: false }),
  ],
  quick: [],
};

/** How long the deliveries of all others take, beside one tenant's flood and without it. */
export async function run({ seed, isQuick, command, print }: ScenarioOptions): Promise<Neighbours> {
  const kind = isQuick ? 'quick' : 'full';
  const size = SIZES[kind];
  const alone = await liveBeside(seed, size);
  print(
    `alone: others ${told(alone.others)}, new tenants ${told(alone.newcomers)} (${alone.others.count} deliveries)\n`,
  );
  const rows: Neighbours['rows'] = [];
  for (const each of [...FLOODS[kind], ...BESIDES[kind]]) {
    const { others, newcomers, flooder } = await liveBeside(seed, size, each);
    print(
      [
        nameOf(each).padEnd(40),
        `others ${told(others)}, ${(others.p99 / alone.others.p99).toFixed(2)} times`,
        `new tenants ${told(newcomers)}`,
        `the flood ${told(flooder)}`,
      ].join(' · '),
    );
    if (FLOODS[kind].includes(each))
      rows.push({
        endpoint: each.endpoint,
        turns: each.turns,
        factor: each.factor,
        floodPerSecond: each.factor * size.perSecond,
        alone: latencyOf(alone.others),
        beside: latencyOf(others),
      });
  }
  const worlds = 1 + FLOODS[kind].length + BESIDES[kind].length;
  const simulatedSeconds = (worlds * (size.warmUpMs + size.measuredMs)) / 1000;
  return {
    scenario: 'neighbours',
    run: { command, seed, simulatedSeconds },
    work: { tenants: size.tenants, payloadKb: 1, answer: { p50: 30, p99: 150 } },
    othersPerSecond: size.tenants * size.perSecond,
    rows,
  };
}

const nameOf = ({ endpoint, factor, targets, turns }: Flood): string =>
  `${endpoint} ${factor} ×${turns ? '' : ', from its first event'}${targets > 1 ? `, ${targets} targets` : ''}`;

const latencyOf = ({ p50, p99 }: Quantiles) => ({ p50, p99 });

const told = ({ p50, p99, waiting }: Quantiles): string =>
  `p50 ${Math.round(p50)} p99 ${Math.round(p99)} ms${waiting > 0 ? `, ${waiting} waiting` : ''}`;
