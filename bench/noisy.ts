import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiClient } from '../local/api-client.ts';
import { startLoad } from './rig/load.ts';
import { type Rig, startRig } from './rig/rig.ts';
import { percentile, round } from './rig/statistics.ts';

/** Latency of a tenant's deliveries while another tenant floods an endpoint that hangs. */
export interface NoisyFigures {
  readonly events: number;
  readonly alone: Latencies;
  /** The neighbour's endpoint hangs from its first request on. */
  readonly besideHanging: Latencies;
  /** The same, when the flood comes as fast as the API takes it, which alone fills this machine's processors. */
  readonly besideBurst: Latencies;
  /** The neighbour's endpoint answered until the flood began. */
  readonly besideTurned: Latencies;
  /** The same flood with a healthy endpoint: the cost of sharing one machine. */
  readonly besideHealthy: Latencies;
  /** p99 beside each neighbour, as a multiple of p99 alone. */
  readonly ratios: Readonly<Record<'hanging' | 'turned' | 'healthy' | 'burst', number>>;
  /** The same, as a multiple of p99 beside the neighbour with a healthy endpoint: what hanging adds. */
  readonly toHealthy: { readonly hanging: number; readonly turned: number };
  readonly lost: number;
}

/** From acceptance to arrival, in milliseconds. */
interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface Scale {
  readonly seconds: number;
  readonly flood: number;
}

const SCALES: Record<'full' | 'quick', Scale> = {
  full: { seconds: 60, flood: 5000 },
  quick: { seconds: 15, flood: 1000 },
};

const PER_SECOND = 10;
/** Ten times as much as the quiet tenant, and half of what this machine delivers. */
const FLOOD_PER_SECOND = 100;
/** The flood begins when the quiet tenant has published for this long. */
const HEAD_START_MS = 2000;

/**
 * Tenant B publishes ten events a second to a healthy endpoint, while tenant A publishes thousands, a hundred a second,
 * to an endpoint that does not answer. All run on one machine: the run beside a healthy neighbour shows the flood's
 * processor time.
 */
export async function measureNoise(size: 'full' | 'quick'): Promise<NoisyFigures> {
  const scale = SCALES[size];
  const alone = await measure(scale, undefined);
  const healthy = await measure(scale, 'healthy');
  const hanging = await measure(scale, 'hanging');
  const turned = await measure(scale, 'turned');
  const burst = await measure(scale, 'hanging', 'burst');
  const ratio = (one: Measured, to = alone): number => round(one.latencies.p99 / to.latencies.p99, 2);
  const all = [alone, healthy, hanging, turned, burst];
  return {
    events: scale.seconds * PER_SECOND,
    alone: alone.latencies,
    besideHanging: hanging.latencies,
    besideBurst: burst.latencies,
    besideTurned: turned.latencies,
    besideHealthy: healthy.latencies,
    toHealthy: { hanging: ratio(hanging, healthy), turned: ratio(turned, healthy) },
    ratios: {
      hanging: ratio(hanging),
      turned: ratio(turned),
      healthy: ratio(healthy),
      burst: ratio(burst),
    },
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
  };
}

interface Measured {
  readonly latencies: Latencies;
  readonly lost: number;
}

type Neighbour = 'healthy' | 'hanging' | 'turned';

async function measure(
  { seconds, flood }: Scale,
  neighbour: Neighbour | undefined,
  pace: 'steady' | 'burst' = 'steady',
): Promise<Measured> {
  const rig = await startRig({ metered: false });
  let noise: Noise | undefined;
  try {
    noise = neighbour && (await prepare(rig, neighbour));
    await rig.load.steady(0, PER_SECOND, 5);
    await rig.arrived(5 * PER_SECOND);
    await rig.receiver.call('reset');
    const steady = rig.load.steady(0, PER_SECOND, seconds);
    await sleep(HEAD_START_MS);
    await noise?.flood(flood, pace);
    const sent = await steady;
    await rig.arrived(sent.length);
    const arrivals = new Map((await rig.receiver.call('arrivals')).map(({ n, at }) => [n, at]));
    const times = sent.flatMap(({ n, acceptedAt }) => {
      const at = arrivals.get(n);
      return at === undefined ? [] : [Math.max(0, at - acceptedAt)];
    });
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) => round(percentile(times, share)));
    return { latencies: { p50: p50!, p99: p99!, max: max! }, lost: sent.length - times.length };
  } finally {
    await noise?.stop();
    await rig.stop();
  }
}

/** A tenant with an endpoint in this process, which costs little time. */
interface Noise {
  flood(count: number, pace: 'steady' | 'burst'): Promise<void>;
  stop(): Promise<void>;
}

/** Creates another tenant, whose endpoint behaves as asked. */
async function prepare(rig: Rig, kind: Neighbour): Promise<Noise> {
  const endpoint = await startEndpoint();
  const tenant = await rig.api.call<{ id: string }>('POST', '/v1/tenants', { name: 'a noisy neighbour' });
  const { key } = await rig.api.call<{ key: string }>('POST', '/v1/keys', {
    name: 'noise',
    scopes: ['manage', 'publish'],
    tenantId: tenant.id,
  });
  const apiUrl = await rig.cloud.call('apiUrl');
  const api = apiClient(apiUrl, key);
  const load = startLoad(apiUrl, key);
  await api.subscribe({ url: endpoint.url, events: ['shop.**'] });
  if (kind !== 'hanging') {
    await load.flood(0, 20, { perRequest: 10, parallel: 1 });
    await sleep(3000);
  }
  endpoint.setHanging(kind !== 'healthy');
  return {
    async flood(count, pace) {
      if (pace === 'burst') await load.flood(0, count, { perRequest: 100, parallel: 1 });
      else await load.steady(0, FLOOD_PER_SECOND, count / FLOOD_PER_SECOND);
    },
    async stop() {
      await load.close();
      endpoint.stop();
    },
  };
}

async function startEndpoint() {
  let isHanging = false;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (!isHanging) response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setHanging(wanted: boolean) {
      isHanging = wanted;
    },
    stop: () => server.close().closeAllConnections(),
  };
}

export function printNoise(figures: NoisyFigures): void {
  const { alone, besideHealthy, besideHanging, besideTurned, besideBurst, ratios, toHealthy } = figures;
  const line = (latencies: Latencies, times: number, well: number, goal = '') => ({
    ...latencies,
    'p99, times alone': times,
    'times the healthy flood': well,
    goal,
  });
  console.table({
    alone: line(alone, 1, round(1 / ratios.healthy, 2)),
    'beside a flood that goes well': line(besideHealthy, ratios.healthy, 1),
    'beside one that hangs': line(besideHanging, ratios.hanging, toHealthy.hanging, '≤ 3'),
    'beside one that begins to hang': line(besideTurned, ratios.turned, toHealthy.turned, '≤ 3'),
    'beside one that hangs, as fast as it goes': line(
      besideBurst,
      ratios.burst,
      round(besideBurst.p99 / besideHealthy.p99, 2),
    ),
  });
  console.log(
    `Milliseconds from acceptance to arrival of ${figures.events} events, ${PER_SECOND} a second; lost: ${figures.lost}.`,
  );
}
