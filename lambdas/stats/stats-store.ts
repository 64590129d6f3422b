import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { statsKey } from '../events/log-keys.ts';
import { dynamo, queryItems } from '../platform/dynamo.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { itemKind } from '../values/item.ts';
import type { StatsIncrement } from './stats.ts';
import type { HourOfCounters } from './stats-report.ts';

/** Counters outlive the log: a month to look back on costs next to nothing. */
const RETENTION_SECONDS = 31 * 24 * 3600;
const PARALLEL_WRITES = 16;

/**
 * Adds to counters. A batch that is worked on twice is counted twice, which is rare (a fault between two
 * writes) and harmless (nothing is decided by these numbers).
 */
export async function addStats(table: string, increments: readonly StatsIncrement[]): Promise<void> {
  await inParallel(increments, PARALLEL_WRITES, (increment) => add(table, increment));
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

/** The names are of counters, minutes among them; a field that a later release adds is none of them, unless it is a number. */
const COUNTERS = itemKind('counters', { ttl: z.number() });

const onlyNumbers = (counters: object): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counters).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );

/** Hours that counted anything, in order. @param from and @param to are hours, `2026-11-21T20`, inclusive */
export async function readStats(
  table: string,
  tenant: string,
  target: string | undefined,
  from: string,
  to: string,
): Promise<HourOfCounters[]> {
  const items = await Array.fromAsync(
    queryItems(COUNTERS, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': statsKey(tenant, target, from).pk, ':from': from, ':to': to },
    }),
  );
  return items.map(({ pk: _, sk: hour, ...counters }) => ({ hour, counters: onlyNumbers(counters) }));
}
