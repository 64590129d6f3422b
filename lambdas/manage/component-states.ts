import { errorFields, warn } from '../platform/log.ts';
import { remembered } from '../platform/remembered.ts';

/** A part of the environment that a delivery needs. */
export interface Component {
  readonly name: string;
  readonly kind: ComponentKind;
  /** The name that it has on AWS; of a queue its URL. */
  readonly id: string;
}

export type ComponentKind = 'table' | 'queue' | 'bucket';

export type ComponentStates = () => Promise<Readonly<Record<string, 'ok' | 'failing'>>>;

/** Requests for the states need no credential, so components are probed at most this often. */
const FRESH_MS = 10_000;

/**
 * The state of each component, remembered for ten seconds.
 * @param probes throw when a component does not answer
 */
export function componentStatesBy(
  probes: Readonly<Record<ComponentKind, (id: string) => Promise<unknown>>>,
  components: readonly Component[],
  now: () => number,
): ComponentStates {
  async function probe({ name, kind, id }: Component): Promise<'ok' | 'failing'> {
    try {
      await probes[kind](id);
      return 'ok';
    } catch (error) {
      warn('component fails', { component: name, ...errorFields(error) });
      return 'failing';
    }
  }

  const probeAll = async () =>
    Object.fromEntries(
      await Promise.all(components.map(async (one) => [one.name, await probe(one)] as const)),
    );

  return remembered(probeAll, FRESH_MS, now);
}
