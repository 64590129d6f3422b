import { createHash } from 'node:crypto';
import { Duration, Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { filterNameOf } from '../../lambdas/sources/logs/logs-source.ts';
import type { PosthornFunction } from '../constructs/function.ts';
import { posthornQueue } from '../constructs/queue.ts';
import { sourceId } from '../settings/sources/common.ts';
import { type LogsSourceSettings, rulesOf } from '../settings/sources/logs.ts';
import { RETENTION } from '../stacks/last-queues.ts';
import { type SourceSurroundings, sourceFunction } from './surroundings.ts';

/** As long as the largest batch takes, with a margin: a hundred thousand short lines. */
const TIMEOUT = Duration.seconds(60);

/**
 * Receives before a batch waits for a person. One comes every six minutes, so they last for a day: an outage of SQS or
 * DynamoDB that is longer needs a person anyway.
 */
const MAX_RECEIVES = 240;

/** Lines of log groups: a function that CloudWatch Logs invokes, and a queue of what it has failed on. */
export function createLogsSource(
  stack: Stack,
  settings: LogsSourceSettings,
  surroundings: SourceSurroundings,
): void {
  const { name, logGroups, filterPattern = '', concurrency } = settings;
  const { environment, deadLetters } = surroundings;
  const id = sourceId('logs', name);
  const logs = sourceFunction(stack, id, surroundings, {
    folder: 'logs',
    timeout: TIMEOUT,
    variables: { SOURCE: JSON.stringify(rulesOf(settings)) },
    reservedConcurrency: concurrency,
    // What it fails on three times comes back by the queue, from which nothing is sent on.
    isInLoop: true,
  });
  const again = posthornQueue(stack, `${id}Again`, {
    retention: RETENTION.work,
    functionTimeout: TIMEOUT,
    deadLetterQueue: deadLetters,
    maxReceives: MAX_RECEIVES,
  });
  logs.failTo(again);
  // A batch of lines may have a megabyte, and is work enough for one invocation.
  logs.consume('Again', again, { batchSize: 1, maxConcurrency: 2 });
  for (const logGroupName of logGroups) {
    const filter = new CfnSubscriptionFilter(logs, `Filter-${shortHash(logGroupName)}`, {
      logGroupName,
      filterName: filterNameOf(environment, name),
      filterPattern,
      destinationArn: logs.function.functionArn,
    });
    // CloudWatch Logs tries the permission when a filter is made, and leaves lines out while there is none.
    filter.addResourceDependency(permit(logs, logGroupName));
  }
}

function permit(logs: PosthornFunction, logGroupName: string): CfnPermission {
  const { partition, region, account } = Stack.of(logs);
  return new CfnPermission(logs, `Permission-${shortHash(logGroupName)}`, {
    action: 'lambda:InvokeFunction',
    functionName: logs.function.functionArn,
    principal: 'logs.amazonaws.com',
    sourceAccount: account,
    sourceArn: `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName}:*`,
  });
}

/** Part of a construct's id, which takes no slash. */
const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
