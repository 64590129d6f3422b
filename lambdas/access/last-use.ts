import { errorFields, warn } from '../platform/log.ts';

/** An hour is exact enough, and a busy key would otherwise cost a write for each authorization. */
const EVERY_MS = 3_600_000;
/** Some megabytes of memory. With more keys, a use is noted more often than needed. */
const MOST_KEYS = 10_000;

/** Notes that a key is in use. Never fails: a caller is not refused because this cannot be written down. */
export type NoteUse = (keyId: string, now: number) => Promise<void>;

export function createNoteUse(putKeyUse: (id: string, now: number) => Promise<void>): NoteUse {
  /** When this worker has noted a key's use, in milliseconds since the epoch. */
  const noted = new Map<string, number>();
  return async (keyId, now) => {
    if (now - (noted.get(keyId) ?? 0) < EVERY_MS) return;
    if (noted.size >= MOST_KEYS) noted.clear();
    noted.set(keyId, now);
    try {
      await putKeyUse(keyId, now);
    } catch (error) {
      warn('use of a key not noted', { key: keyId, ...errorFields(error) });
    }
  };
}
