import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Outcome } from '../delivery/outcome-schema.ts';
import { statsKey } from '../events/log-keys.ts';
import { dynamo, queryItems } from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { skip } from '../platform/items.ts';
import { itemKind } from '../values/item.ts';
import { type StatsIncrement, tallyOutcomes } from './stats.ts';
import type { HourOfCounters } from './stats-report.ts';

/** Longer than the log: a month of counters costs next to nothing. */
const RETENTION_SECONDS = 31 * 24 * 3600;
const PARALLEL_WRITES = 16;

/**
 * Adds outcomes to the counters. A batch that is processed twice is counted twice. That is rare (a fault between two
 * writes) and harmless (nothing is decided by these numbers).
 */
export async function countOutcomes(table: string, outcomes: readonly Outcome[]): Promise<void> {
  await inParallel(tallyOutcomes(outcomes), PARALLEL_WRITES, (increment) => add(table, increment));
}

async function add(TableName: string, { tenant, target, hour, add }: StatsIncrement): Promise<void> {
  const counters = [...add];
  const ttl = Math.floor(Date.parse(`${hour}:00:00Z`) / 1000) + RETENTION_SECONDS;
  await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: statsKey(tenant, target, hour),
      UpdateExpression: `SET #ttl = :ttl ADD ${counters.map((_, i) => `#c${i} :c${i}`).join(', ')}`,
      ExpressionAttributeNames: {
        '#ttl': 'ttl',
        ...Object.fromEntries(counters.map(([name], i) => [`#c${i}`, name])),
      },
      ExpressionAttributeValues: {
        ':ttl': ttl,
        ...Object.fromEntries(counters.map(([, amount], i) => [`:c${i}`, amount])),
      },
    }),
  );
}

/** Every number but `ttl` is a counter. A later release may add other fields: they are no counters unless they are numbers. */
const COUNTERS = itemKind('counters', { ttl: z.number() });

const onlyNumbers = (counters: object): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counters).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );

/** Hours with counters, oldest first. @param from and @param to are hours, `2026-11-21T20`, inclusive */
export async function readStats(
  table: string,
  tenant: string,
  target: string | undefined,
  from: string,
  to: string,
): Promise<HourOfCounters[]> {
  const items = await Array.fromAsync(
    queryItems(
      COUNTERS,
      {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': statsKey(tenant, target, from).pk, ':from': from, ':to': to },
      },
      { onUnreadable: skip },
    ),
  );
  return items.map(({ pk: _, sk: hour, ...counters }) => ({ hour, counters: onlyNumbers(counters) }));
}
