import { configKey } from '../config/config-keys.ts';
import { addAt, getEntity } from '../config/entity-store.ts';
import { deleteAll } from '../platform/dynamo.ts';
import { SESSION, type Session } from './session.ts';

/** Sessions stand in their tenant's partition of the config table, and go with the tenant. */

/** @throws Error when there is one with this id, which is made at random */
export async function addSession(table: string, tenant: string, session: Session): Promise<void> {
  if (!(await addAt(table, configKey(tenant, SESSION.prefix, session.id), session))) {
    throw new Error('a session with this id exists');
  }
}

/** @throws UnreadableItemError */
export const getSession = (table: string, tenant: string, id: string): Promise<Session | undefined> =>
  getEntity(table, SESSION, tenant, id);

/** Without its item, a session is worth nothing. */
export const endSession = (table: string, tenant: string, id: string): Promise<void> =>
  deleteAll(table, [configKey(tenant, SESSION.prefix, id)]);
