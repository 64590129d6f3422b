import type { Settings } from '../../lib/settings/config.ts';
import { type SimulatedStack, synthesiseStack } from '../aws/stack.ts';
import type { Code } from '../code/bundle.ts';
import { bundleAll } from '../code/codes.ts';
import { createWorld, FOLDERS, type World, type WorldOptions } from '../world/world.ts';

let code: ReadonlyMap<string, Code> | undefined;
const stacks = new Map<string, SimulatedStack>();

/** A world with the functions' code as it is. What takes seconds to make is made once for all worlds of a process. */
export async function worldOf(
  seed: string,
  settings: Partial<Settings> = {},
  options: Omit<WorldOptions, 'seed' | 'stack' | 'code'> = {},
): Promise<World> {
  code ??= await bundleAll(FOLDERS);
  const key = JSON.stringify(settings);
  const stack = stacks.get(key) ?? synthesiseStack(settings);
  stacks.set(key, stack);
  return createWorld({ ...options, seed, stack, code });
}
