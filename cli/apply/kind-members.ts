import { TARGET_KINDS } from '../../client/target-kinds.gen.ts';

/** Kinds of target that have settings of their own, in the member of their name. */
export const KIND_MEMBERS: readonly string[] = Object.entries(TARGET_KINDS)
  .filter(([, { settings }]) => settings !== undefined)
  .map(([name]) => name);
