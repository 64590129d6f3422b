import { requireEnv } from '../adapters/env.ts';
import { errorFields, warn } from '../adapters/log.ts';
import { probeBucket, probeQueue, probeTable } from '../adapters/probes.ts';
import type { ROUTES } from '../api/routes.ts';
import type { Operation } from './operation.ts';

/** What is asked, by the component's name: `table`, `queue` or `bucket`, and the name that it has on AWS. */
const components = Object.entries(
  JSON.parse(requireEnv('HEALTH_COMPONENTS')) as Record<string, [keyof typeof PROBES, string]>,
);

const PROBES = { table: probeTable, queue: probeQueue, bucket: probeBucket };

type Health = Record<string, 'ok' | 'failing'>;

/** Anyone may ask, so the parts are asked at most this often. */
const FRESH_MS = 10_000;
let known: { health: Promise<Health>; until: number } | undefined;

/** The state of each part that a delivery needs: 200 when all are well, 503 otherwise. */
export const getHealth: Operation<(typeof ROUTES)['getHealth']> = async () => {
  if (!known || known.until < Date.now()) known = { health: probeAll(), until: Date.now() + FRESH_MS };
  const health = await known.health;
  const isWell = Object.values(health).every((state) => state === 'ok');
  return {
    status: isWell ? 200 : 503,
    body: { status: isWell ? 'ok' : 'failing', components: { api: 'ok', ...health } },
  };
};

async function probeAll(): Promise<Health> {
  const states = components.map(async ([name, [kind, id]]) => [name, await probe(name, kind, id)] as const);
  return Object.fromEntries(await Promise.all(states));
}

async function probe(name: string, kind: keyof typeof PROBES, id: string): Promise<'ok' | 'failing'> {
  try {
    await PROBES[kind](id);
    return 'ok';
  } catch (error) {
    warn('component fails', { component: name, ...errorFields(error) });
    return 'failing';
  }
}
