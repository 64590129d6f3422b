import { requireEnv } from '../platform/env.ts';
import { errorFields, warn } from '../platform/log.ts';
import { putKeyUse } from './key-use-store.ts';

const stateTable = requireEnv('STATE_TABLE');

/** Nobody needs it to the minute, and a busy key would otherwise cost a write for each of its authorizations. */
const EVERY_MS = 3_600_000;
/** Some megabytes of memory; beyond it a key is noted more often than it needs to be. */
const MOST_KEYS = 10_000;

/** When this worker has noted a key's use, in milliseconds since the epoch. */
const noted = new Map<string, number>();

/** Notes that a key is in use. It never fails: a caller is not refused because nobody can write this down. */
export async function noteUse(keyId: string, now: number): Promise<void> {
  if (now - (noted.get(keyId) ?? 0) < EVERY_MS) return;
  if (noted.size >= MOST_KEYS) noted.clear();
  noted.set(keyId, now);
  try {
    await putKeyUse(stateTable, keyId, now);
  } catch (error) {
    warn('use of a key not noted', { key: keyId, ...errorFields(error) });
  }
}
