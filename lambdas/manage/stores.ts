import { raiseVersion } from '../config/config-store.ts';
import { entityStore } from '../config/entity-store.ts';
import { requireEnv } from '../platform/env.ts';
import { configured } from './configured.ts';
import { limitsOf } from './limits.ts';

export const configTable = requireEnv('CONFIG_TABLE');

const shared = { limitsOf, raiseVersion: (tenant: string) => raiseVersion(configTable, tenant) };

/** All that tenants configure, by kind. */
export const targets = configured('target', { store: entityStore(configTable, 'target'), ...shared });
export const filters = configured('filter', { store: entityStore(configTable, 'filter'), ...shared });
export const subscriptions = configured('subscription', {
  store: entityStore(configTable, 'subscription'),
  ...shared,
});
export const eventTypes = configured('type', { store: entityStore(configTable, 'type'), ...shared });
export const keys = configured('key', { store: entityStore(configTable, 'key'), ...shared });
