import type { ROUTES } from '../../api/routes.ts';
import { urlOf } from '../../delivery/queue-names.ts';
import { requireEnv } from '../../platform/env.ts';
import { errorFields, warn } from '../../platform/log.ts';
import { probeBucket, probeQueue, probeTable } from '../../platform/resource-checks.ts';
import type { Operation } from '../operation.ts';

/** What is asked: the component's name, whether it is a `table`, `queue` or `bucket`, and the name that it has on AWS. */
const components = requireEnv('HEALTH_COMPONENTS')
  .split(';')
  .map((component) => component.split(' ') as [name: string, kind: ComponentKind, id: string]);

const eventsQueue = requireEnv('EVENTS_QUEUE_URL');

type ComponentKind = 'table' | 'queue' | 'bucket';

const PROBES: Record<ComponentKind, (id: string) => Promise<unknown>> = {
  table: probeTable,
  queue: (name: string) => probeQueue(urlOf(name, eventsQueue)),
  bucket: probeBucket,
};

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
  const states = components.map(async ([name, kind, id]) => [name, await probe(name, kind, id)] as const);
  return Object.fromEntries(await Promise.all(states));
}

async function probe(name: string, kind: ComponentKind, id: string): Promise<'ok' | 'failing'> {
  try {
    await PROBES[kind](id);
    return 'ok';
  } catch (error) {
    warn('component fails', { component: name, ...errorFields(error) });
    return 'failing';
  }
}
