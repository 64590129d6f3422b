import { type Stack, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Alerts } from '../constructs/alerts.ts';
import { PosthornFunction } from '../constructs/function.ts';
import type { Settings } from '../settings/config.ts';
import type { ApiStack } from '../stacks/api-stack.ts';
import type { PipelineStack } from '../stacks/pipeline-stack.ts';
import type { RegionDispatchStack, RegionQueuesStack } from '../stacks/region-stacks.ts';
import type { SourcesStack } from '../stacks/sources-stack.ts';
import type { StorageStack } from '../stacks/storage-stack.ts';
import type { Severity } from './alarm-table.ts';
import type { Names } from './names.ts';

/** What dashboards and alarms of one AWS region are about, by the names that AWS has given. */
export interface Watched {
  /** The environment's name. */
  readonly environment: string;
  readonly settings: Settings;
  /** By their construct ids: `Fanout`, `DispatchStandard`. */
  readonly functions: ReadonlyMap<string, WatchedFunction>;
  /** By what they are for: `events`, `standard`, `deadLetters`. */
  readonly queues: Readonly<Record<string, { readonly queueName: string }>>;
  /** Topics by severity: an alarm publishes only in its own region. */
  readonly topicArns: Readonly<Record<Severity, string>>;
  /** At home alone: what there is once in an environment. */
  readonly home?: WatchedAtHome | undefined;
}

export interface WatchedFunction extends Pick<PosthornFunction, 'timeout' | 'memoryMb'> {
  readonly functionName: string;
  readonly logGroupName: string;
}

export interface WatchedAtHome {
  readonly tables: Readonly<Record<'config' | 'log' | 'state', { readonly tableName: string }>>;
  /** Ids of the HTTP API and of the WebSocket API. */
  readonly apiId: string;
  readonly liveApiId: string;
  /** Queues of sources, by their constructs’ ids; none where there are no sources. */
  readonly sourceQueues: Watched['queues'];
  /** Reads the topics of further AWS regions. */
  readonly topicArnsElsewhere: () => readonly Watched['topicArns'][];
}

/** Reads the names of what is watched, for the stack that watches. */
export type Watch = (names: Names) => Watched;

interface Environment {
  readonly environment: string;
  readonly settings: Settings;
}

export const watchedAtHome =
  ({
    environment,
    settings,
    storage,
    pipeline,
    api,
    sources,
    regions,
  }: Environment & {
    readonly storage: StorageStack;
    readonly pipeline: PipelineStack;
    readonly api: ApiStack;
    readonly sources: SourcesStack | undefined;
    readonly regions: readonly RegionQueuesStack[];
  }): Watch =>
  (names) => {
    // A restored table is no stack's: its name is known.
    const table = (each: ITable) => ({
      tableName: Token.isUnresolved(each.tableName) ? names.read(each, each.tableName) : each.tableName,
    });
    return {
      environment,
      settings,
      functions: functionsIn(names, pipeline, api, ...(sources ? [sources] : [])),
      queues: queuesOf(names, pipeline.queues),
      topicArns: topicsOf(names, storage),
      home: {
        tables: {
          config: table(storage.configTable),
          log: table(storage.logTable),
          state: table(storage.stateTable),
        },
        apiId: names.read(api, api.httpApiId),
        liveApiId: names.read(api, api.live.apiId),
        sourceQueues: queuesOf(names, Object.fromEntries(sources?.queues ?? [])),
        topicArnsElsewhere: () => regions.map((region) => topicsOf(names, region)),
      },
    };
  };

/** Of a further AWS region. */
export const watchedIn =
  ({
    environment,
    settings,
    queues,
    dispatch,
  }: Environment & {
    readonly queues: RegionQueuesStack;
    readonly dispatch: RegionDispatchStack;
  }): Watch =>
  (names) => ({
    environment,
    settings,
    functions: functionsIn(names, dispatch),
    queues: queuesOf(names, queues.queues),
    topicArns: topicsOf(names, queues),
  });

const functionsIn = (names: Names, ...stacks: readonly Stack[]): ReadonlyMap<string, WatchedFunction> =>
  new Map(
    stacks
      .flatMap((stack) => stack.node.findAll())
      .filter((construct) => construct instanceof PosthornFunction)
      .map((each) => [
        each.node.id,
        {
          functionName: names.read(each, each.function.functionName),
          logGroupName: names.read(each, each.logGroup.logGroupName),
          timeout: each.timeout,
          memoryMb: each.memoryMb,
        },
      ]),
  );

const queuesOf = (names: Names, queues: object): Watched['queues'] =>
  Object.fromEntries(
    Object.entries(queues as Readonly<Record<string, IQueue>>).map(([name, queue]) => [
      name,
      { queueName: names.read(queue, queue.queueName) },
    ]),
  );

const topicsOf = (
  names: Names,
  { pages, alerts }: { readonly pages: Alerts; readonly alerts: Alerts },
): Watched['topicArns'] => ({
  page: names.read(pages, pages.topic.topicArn),
  ticket: names.read(alerts, alerts.topic.topicArn),
});
