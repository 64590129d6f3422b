import { configKey } from '../config/config-keys.ts';
import { deleteAll } from '../platform/dynamo.ts';
import { type ListenerRef, partsOf } from './listener.ts';

/** Removes what a listener has in the config table. Who does raises the tenant's version. */
export function removeParts(table: string, { tenant, listener }: ListenerRef): Promise<void> {
  const { subscription, target, filter } = partsOf(listener);
  return deleteAll(table, [
    configKey(tenant, 'subscription', subscription),
    configKey(tenant, 'filter', filter),
    configKey(tenant, 'target', target),
  ]);
}
