import { isObject } from './json.ts';

/** JSON Merge Patch (RFC 7396): null removes a member, an object is merged, all else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  // Unlike an assignment, this makes a member of its own even of `__proto__`.
  return Object.fromEntries(merged);
}
