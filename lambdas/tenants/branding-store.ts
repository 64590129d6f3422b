import { configKey } from '../config/config-keys.ts';
import { addAt, getEntity, replaceAt } from '../config/entity-store.ts';
import { BRANDING, BRANDING_ID, type Branding } from './branding.ts';

/** @throws UnreadableItemError */
export const readBranding = (table: string, tenant: string): Promise<Branding | undefined> =>
  getEntity(table, BRANDING, tenant, BRANDING_ID);

/** @param revision the one that was read; 0 for none @returns false when it is another one by now */
export function writeBranding(
  table: string,
  tenant: string,
  branding: Branding,
  revision: number,
): Promise<boolean> {
  const key = configKey(tenant, BRANDING.prefix, BRANDING_ID);
  return revision === 0 ? addAt(table, key, branding) : replaceAt(table, key, branding, revision);
}
