import { NONE } from '../../faults/mischief.ts';
import type { World } from '../../world/world.ts';

/** CloudFormation updates functions one after the other, within some two minutes. A guess. */
const UPDATES_MS = 120_000;
/** For so long, environments of both releases work beside each other at most: Lambda says no time. A guess. */
const TOGETHER_MS = 60_000;

/**
 * Replaces the release before with this one: new environments of a function have this one's code from its update on, and those
 * of the release before end once their invocation is over, each some time later.
 * @param world with `oldCode`, in which nothing has happened
 * @param at virtual time at which the deployment begins
 */
export function deployAt(world: World, at: number): void {
  const { kernel, functions, watchers } = world;
  const random = kernel.random.fork('deployment');
  const updatedAt = new Map([...functions.keys()].map((name) => [name, at + random.next() * UPDATES_MS]));
  const endsAt = new Map<string, number>();
  const isOver = (name: string, instance: string): boolean => {
    const updated = updatedAt.get(name)!;
    if (kernel.now() < updated) return false;
    const end = endsAt.get(instance) ?? updated + random.next() * TOGETHER_MS;
    endsAt.set(instance, end);
    return kernel.now() >= end;
  };
  world.mischief = { ...NONE, isOld: (name) => kernel.now() < updatedAt.get(name)! };
  watchers.push({
    invoked({ functionName, instance: name }) {
      if (!isOver(functionName, name)) return;
      const { instances } = functions.get(functionName)!;
      for (const instance of instances) if (instance.name === name && instance.isOld) instance.end();
    },
  });
}
