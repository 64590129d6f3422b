/** FIFO queues and topics take a message once in five minutes. */

const FOR_MS = 5 * 60_000;

export interface Deduplication {
  /** Whether no message of this id came within five minutes; always without an id. Notes it. */
  isNew(id: string | undefined): boolean;
}

export function deduplication(): Deduplication {
  const seen = new Map<string, number>();
  return {
    isNew(id) {
      if (id === undefined) return true;
      const before = seen.get(id);
      if (before !== undefined && Date.now() - before < FOR_MS) return false;
      seen.set(id, Date.now());
      return true;
    },
  };
}
