import * as z from 'zod/mini';
import { isAlive } from '../events/event-items.ts';
import { dynamo, getAll } from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { skipDamaged } from '../platform/items.ts';
import { type ShardScan, scanShards } from '../platform/shard-scan.ts';
import { isUlid, ulidBounds } from '../values/ids.ts';
import { type ItemOf, itemKind } from '../values/item.ts';
import type { Key } from '../values/item-key.ts';
import type { AuditEntry, AuditedEntity } from './audit-entry.ts';
import {
  ADMINISTRATORS_TRAIL,
  auditPartition,
  BEYOND_ENTRIES,
  entryKey,
  referencePrefix,
  ulidOfReference,
} from './audit-keys.ts';

/**
 * An entry. Its entities are JSON, since values of fields can be deeper than DynamoDB takes.
 * In the administrators' trail it is without fields: they are read from the tenant's trail, and go with the tenant.
 */
const ENTRY = itemKind('audit entry', {
  tenant: z.string(),
  operation: z.string(),
  credential: z.string(),
  credentialName: z.optional(z.string()),
  session: z.optional(z.string()),
  address: z.optional(z.string()),
  userAgent: z.optional(z.string()),
  requestId: z.optional(z.string()),
  brokenOff: z.optional(z.boolean()),
  entities: z.string(),
  ttl: z.number(),
});

/** Leads from an entity to an entry. Its key says all. */
const REFERENCE = itemKind('audit reference', { ttl: z.number() });

/** Writes under way at once. */
const PARALLEL_WRITES = 16;

/**
 * Adds an entry to a tenant's trail. Its own function may not delete from the log table, so it writes item by item.
 * @param keepSeconds how long it can be read. @param isAdministrators whether administrators are to find it as well
 */
export async function addAuditEntry(
  TableName: string,
  entry: AuditEntry,
  { now, keepSeconds, isAdministrators }: { now: number; keepSeconds: number; isAdministrators: boolean },
): Promise<void> {
  const { ulid, tenant, entities, ...about } = entry;
  const ttl = Math.ceil(now / 1000) + keepSeconds;
  const item = { tenant, ...about, ttl };
  const key = entryKey(tenant, ulid);
  const ids = [...new Set(entities.map(({ id }) => id))];
  const items = [
    { ...key, ...item, entities: JSON.stringify(entities) },
    ...ids.map((id) => ({ pk: key.pk, sk: `${referencePrefix(id)}${ulid}`, ttl })),
    ...(isAdministrators
      ? [
          {
            pk: ADMINISTRATORS_TRAIL,
            sk: ulid,
            ...item,
            entities: JSON.stringify(entities.map(withoutFields)),
          },
        ]
      : []),
  ];
  await inParallel(items, PARALLEL_WRITES, (Item) => dynamo.put({ TableName, Item }));
}

const withoutFields = ({ fields: _, ...entity }: AuditedEntity): AuditedEntity => entity;

/** Which entries. */
export interface AuditFilter {
  readonly credential?: string | undefined;
  readonly operation?: string | undefined;
  /** Milliseconds since the epoch; `from` is inclusive, `to` is not. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A page of a trail. */
export interface AuditPage {
  readonly filter: AuditFilter;
  readonly limit: number;
  /** The ULID of the entry that the list goes on behind. */
  readonly after?: string | undefined;
  readonly newestFirst: boolean;
}

/** Entries, and where the list goes on: undefined at its end. Few or none may be found, and the list still go on. */
export interface AuditFound {
  readonly entries: AuditEntry[];
  readonly next: string | undefined;
}

/** Entries that one request reads when most may not be wanted: of each partition at most 1 MB, and some 100 read units. */
const MAX_READ = 500;
/** Entries of a page when most may not be wanted. DynamoDB bills and transfers whole pages. */
const FILTERED_PAGE = 250;

/** A tenant's trail. */
export async function listAudit(
  table: string,
  tenant: string,
  page: AuditPage,
  now: number,
): Promise<AuditFound> {
  const found = await scan(table, [auditPartition(tenant)], page, (item) => isWanted(item, page.filter, now));
  return { ...found, entries: found.items.map(toEntry) };
}

/** The entries about one entity of a tenant. One query finds them, one batch reads them. */
export async function listAuditOf(
  table: string,
  tenant: string,
  entity: string,
  page: AuditPage,
  now: number,
): Promise<AuditFound> {
  const prefix = referencePrefix(entity);
  const { lowest, highest } = boundsOf(page.filter);
  const { items, next } = await scanShards({
    kind: REFERENCE,
    table,
    partitions: [auditPartition(tenant)],
    range: {
      lowest: prefix + lowest,
      highest: prefix + highest,
      after: page.after === undefined ? undefined : prefix + page.after,
    },
    newestFirst: page.newestFirst,
    maxRead: page.limit + 1,
    limit: page.limit,
    placeOf: ({ sk }) => (ulidOfReference(entity, sk) ? sk : undefined),
    isWanted: (item) => isAlive(item, now),
  });
  const ulids = items.map(({ sk }) => ulidOfReference(entity, sk)!);
  const known = await entriesOf(
    table,
    ulids.map((ulid) => entryKey(tenant, ulid)),
  );
  const wanted = ulids
    .flatMap((ulid) => known.get(ulid) ?? [])
    .filter((item) => isWanted(item, page.filter, now));
  return { entries: wanted.map(toEntry), next: next?.slice(prefix.length) };
}

/**
 * What administrators did to tenants. With a tenant, all that was done to it, by whomever: its own trail is read as well.
 * Without one, the fields are read from the trails of the tenants; those of erased tenants are gone.
 */
export async function listEnvironmentAudit(
  table: string,
  tenant: string | undefined,
  page: AuditPage,
  now: number,
): Promise<AuditFound> {
  const partitions = [ADMINISTRATORS_TRAIL, ...(tenant === undefined ? [] : [auditPartition(tenant)])];
  const { items, next } = await scan(
    table,
    partitions,
    page,
    (item) => isWanted(item, page.filter, now) && (tenant === undefined || item.tenant === tenant),
  );
  const own = new Set(items.filter(({ pk }) => pk !== ADMINISTRATORS_TRAIL).map(({ sk }) => sk));
  const distinct = items.filter(({ pk, sk }) => pk !== ADMINISTRATORS_TRAIL || !own.has(sk));
  const elsewhere = distinct.filter(({ pk }) => pk === ADMINISTRATORS_TRAIL);
  const whole = await entriesOf(
    table,
    elsewhere.map((item) => entryKey(item.tenant, item.sk)),
  );
  return { entries: distinct.map((item) => toEntry(whole.get(item.sk) ?? item)), next };
}

type EntryItem = ItemOf<typeof ENTRY> & Key;

const scan = (
  table: string,
  partitions: readonly string[],
  { filter, limit, after, newestFirst }: AuditPage,
  wanted: ShardScan<typeof ENTRY>['isWanted'],
): Promise<{ items: EntryItem[]; next: string | undefined }> =>
  scanShards({
    kind: ENTRY,
    table,
    partitions,
    range: { after, ...boundsOf(filter) },
    newestFirst,
    // One more than is wanted tells whether there are more.
    maxRead: Math.max(MAX_READ, limit + 1),
    pageSize: partitions.length > 1 || filter.credential || filter.operation ? FILTERED_PAGE : limit + 1,
    limit,
    placeOf: ({ sk }) => (isUlid(sk) ? sk : undefined),
    isWanted: wanted,
  });

function boundsOf(filter: AuditFilter): { lowest: string; highest: string } {
  const { lowest = '0', highest = BEYOND_ENTRIES } = ulidBounds(filter);
  return { lowest, highest };
}

const isWanted = (item: EntryItem, { credential, operation }: AuditFilter, now: number): boolean =>
  isAlive(item, now) &&
  (credential === undefined || item.credential === credential) &&
  (operation === undefined || item.operation === operation);

/** Entries of tenants' trails by their ULIDs; a missing one is missing. */
async function entriesOf(table: string, keys: readonly Key[]): Promise<Map<string, EntryItem>> {
  const items = await getAll(ENTRY, table, keys, { onUnreadable: skipDamaged });
  return new Map(items.map((item) => [item.sk, item]));
}

const toEntry = ({ pk: _, sk: ulid, ttl: __, entities, ...about }: EntryItem): AuditEntry => ({
  ulid,
  ...about,
  entities: JSON.parse(entities) as AuditedEntity[],
});
