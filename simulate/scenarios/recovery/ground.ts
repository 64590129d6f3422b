import type { SimulatedStack } from '../../aws/stack.ts';
import type { Code } from '../../code/bundle.ts';
import { createTenants, plainTenants, type SimulatedTenant } from '../../world/tenants.ts';
import type { World } from '../../world/world.ts';
import { type Producer, type ProducerOptions, startProducer } from './producer.ts';

/** What all cases begin with. */
export interface Ground {
  readonly seed: string;
  readonly stack: SimulatedStack;
  readonly code: ReadonlyMap<string, Code>;
  /** A smaller case, for a look. */
  readonly isQuick: boolean;
  /** Says how far it is. */
  readonly say: (text: string) => void;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Of a payload: a short event. It decides the memory that a case takes, and hardly anything else. */
export const PAYLOAD_BYTES = 256;

/** Tenants that have nothing to do with the trouble, with an endpoint each that is well. */
export const quietTenants = (world: World, count: number): Promise<SimulatedTenant[]> =>
  createTenants(world, plainTenants(count, PAYLOAD_BYTES));

/** Lets tenants publish one event at a time, each at the same pace. */
export const publishSingly = (
  world: World,
  tenants: readonly SimulatedTenant[],
  pace: Pick<ProducerOptions, 'everyMs' | 'from' | 'until'>,
): Producer[] => tenants.map((tenant) => startProducer({ world, tenant, batch: 1, ...pace }));
