import { isUlid } from '../values/ids.ts';
import type { Key } from '../values/item-key.ts';

/** All of a tenant's trail: its entries, and what leads from entities to them. Erasing the partition erases the trail. */
export const auditPartition = (tenant: string): string => `audit#${tenant}`;

/** The calls of administrators on tenants. It stays when a tenant is erased. */
export const ADMINISTRATORS_TRAIL = 'environment-audit';

export const entryKey = (tenant: string, ulid: string): Key => ({ pk: auditPartition(tenant), sk: ulid });

/** Above every ULID, and below what leads to entries. */
export const BEYOND_ENTRIES = '8';

/** What leads to an entity's entries begins so. Letters are above the digit that a ULID begins with. */
export const referencePrefix = (entity: string): string => `entity#${entity}#`;

/** The entry that a reference leads to; undefined where it is another entity's, whose id goes on with a #. */
export function ulidOfReference(entity: string, sk: string): string | undefined {
  const ulid = sk.slice(referencePrefix(entity).length);
  return isUlid(ulid) ? ulid : undefined;
}
