/** What is remembered for a while, and then forgotten: two maps, of which the older one is dropped in turn. */
export interface Recent<V> {
  get(name: string): V | undefined;
  set(name: string, value: V): void;
  delete(name: string): void;
}

/** @param ms what was set is remembered for so long at least, and for twice as long at most */
export function createRecent<V>(now: () => number, ms: number): Recent<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  let since = now();

  function age(): void {
    const passed = now() - since;
    if (passed < ms) return;
    old = passed < 2 * ms ? young : new Map();
    young = new Map();
    since = now();
  }

  return {
    get(name) {
      age();
      return young.get(name) ?? old.get(name);
    },
    set(name, value) {
      age();
      young.set(name, value);
    },
    delete(name) {
      young.delete(name);
      old.delete(name);
    },
  };
}
