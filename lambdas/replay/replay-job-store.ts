import { getAt } from '../config/entity-store.ts';
import { dynamo, queryItems, unlessConditionFails } from '../platform/dynamo.ts';
import { skip } from '../platform/items.ts';
import type { Key } from '../values/item-key.ts';
import { JOB, type ReplayJob, type StoredJob } from './replay-job.ts';

export type { StoredJob };

/** All jobs of a tenant. */
export const jobPartition = (tenant: string): string => `job#${tenant}`;

const keyOf = (tenant: string, id: string): Key => ({ pk: jobPartition(tenant), sk: id });

/** How long a job can be looked up. */
const KEEP_SECONDS = 30 * 24 * 3600;

const toItem = (job: StoredJob) => ({
  ...keyOf(job.tenant, job.id),
  ...job,
  ttl: Math.ceil(job.createdAt / 1000) + KEEP_SECONDS,
});

/** Writes a new job. If an earlier try of the same wrote it, that one stays as it is. */
export async function addJob(TableName: string, job: ReplayJob): Promise<StoredJob> {
  const first = { ...job, revision: 1 };
  const isNew = await put(TableName, first, undefined);
  return isNew ? first : ((await getJob(TableName, job.tenant, job.id)) ?? first);
}

export const getJob = (table: string, tenant: string, id: string): Promise<StoredJob | undefined> =>
  getAt(JOB, table, keyOf(tenant, id));

/** Jobs of a tenant. @param page `after` is the id of the job after which the list goes on */
export function listJobs(
  table: string,
  tenant: string,
  { limit, after, newestFirst }: { limit: number; after?: string | undefined; newestFirst: boolean },
): Promise<StoredJob[]> {
  const query = {
    TableName: table,
    KeyConditionExpression: after ? `pk = :pk AND sk ${newestFirst ? '<' : '>'} :after` : 'pk = :pk',
    ExpressionAttributeValues: { ':pk': jobPartition(tenant), ...(after && { ':after': after }) },
    ScanIndexForward: !newestFirst,
    ConsistentRead: true,
  };
  return Array.fromAsync(queryItems(JOB, query, { limit, onUnreadable: skip }));
}

/** How often a change is tried when other writers come between. */
const TRIES = 5;

/**
 * Changes a job, on condition that no other writer did meanwhile; else reads it again and changes that.
 * @param change answers the same job, or undefined, when there is nothing to change
 * @returns the job as it is now; undefined when there is none
 * @throws Error when other writers come between each time
 */
export async function changeJob(
  table: string,
  tenant: string,
  id: string,
  change: (job: StoredJob) => ReplayJob | undefined,
): Promise<StoredJob | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const job = await getJob(table, tenant, id);
    const changed = job && change(job);
    if (!changed || changed === job) return job;
    const next = { ...changed, revision: job.revision + 1 };
    if (await put(table, next, job.revision)) return next;
  }
  throw new Error(`the job ${id} was changed by others ${TRIES} times in a row`);
}

const put = (TableName: string, job: StoredJob, revision: number | undefined): Promise<boolean> =>
  unlessConditionFails(
    dynamo.put({
      TableName,
      Item: toItem(job),
      ConditionExpression: revision === undefined ? 'attribute_not_exists(pk)' : 'revision = :revision',
      ...(revision !== undefined && { ExpressionAttributeValues: { ':revision': revision } }),
    }),
  );
