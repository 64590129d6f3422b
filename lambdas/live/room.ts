import { hasKey } from '../http/caller.ts';
import type { Connection } from './connection-store.ts';
import { MAX_CONNECTIONS, MAX_OF_TOKEN } from './limits.ts';

/** What keeps a credential from another connection; undefined when nothing does. @param open those of its tenant */
export function noRoom(
  open: readonly Pick<Connection, 'credential'>[],
  credential: string,
): string | undefined {
  if (open.length >= MAX_CONNECTIONS)
    return `expected at most ${MAX_CONNECTIONS} connections for this tenant`;
  if (hasKey({ credential })) return undefined;
  const own = open.filter((one) => one.credential === credential).length;
  return own >= MAX_OF_TOKEN ? `expected at most ${MAX_OF_TOKEN} connections with this token` : undefined;
}
