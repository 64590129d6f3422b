/** Event types that one worker counts by their names, for each tenant and hour. */
export const NAMED_TYPES = 50;
/** A worker forgets all names rather than keep more: one hour's, of very many tenants. */
const KEPT_NAMES = 20_000;

/**
 * Which event types of a tenant are counted by name. The first of an hour are; all others are counted together. Types are
 * free text, and a tenant that puts ids into them would otherwise make a counter for each event.
 */
export interface TypeNames {
  /** @param hour `2026-11-21T20` @returns undefined for a type that is counted with the others */
  nameFor(tenant: string, hour: string, type: string): string | undefined;
}

/** The names of one worker. */
export function typeNames(most = NAMED_TYPES, kept = KEPT_NAMES): TypeNames {
  const named = new Map<string, Set<string>>();
  let count = 0;
  return {
    nameFor(tenant, hour, type) {
      const key = `${hour} ${tenant}`;
      const names = named.get(key) ?? new Set();
      if (names.has(type)) return type;
      if (names.size >= most) return undefined;
      if (count >= kept) {
        named.clear();
        names.clear();
        count = 0;
      }
      named.set(key, names.add(type));
      count++;
      return type;
    },
  };
}
