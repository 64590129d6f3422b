import type { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Alerts } from '../constructs/alerts.ts';
import { PosthornFunction } from '../constructs/function.ts';
import type { Settings } from '../settings/config.ts';
import type { ApiStack } from '../stacks/api-stack.ts';
import type { PipelineStack } from '../stacks/pipeline-stack.ts';
import type { RegionDispatchStack, RegionQueuesStack } from '../stacks/region-stacks.ts';
import type { StorageStack } from '../stacks/storage-stack.ts';
import type { Severity } from './alarm-table.ts';

/** What dashboards and alarms of one AWS region are about. */
export interface Watched {
  /** The environment's name. */
  readonly environment: string;
  readonly settings: Settings;
  /** By their construct ids: `Fanout`, `DispatchStandard`. */
  readonly functions: ReadonlyMap<string, PosthornFunction>;
  /** By what they are for: `events`, `standard`, `deadLetters`. */
  readonly queues: Readonly<Record<string, IQueue>>;
  /** For tickets, and for pages: an alarm publishes only in its own region. */
  readonly alerts: Alerts;
  readonly pages: Alerts;
  /** At home alone: what there is once in an environment. */
  readonly home?: WatchedAtHome | undefined;
}

export interface WatchedAtHome {
  readonly tables: Readonly<Record<'config' | 'log' | 'state', Pick<Table, 'tableName'>>>;
  /** Ids of the HTTP API and of the WebSocket API. */
  readonly apiId: string;
  readonly liveApiId: string;
  /** Topics of further AWS regions, by severity. */
  readonly topicsElsewhere: Readonly<Record<Severity, readonly ITopic[]>>;
}

interface Environment {
  readonly environment: string;
  readonly settings: Settings;
}

export const watchedAtHome = ({
  environment,
  settings,
  storage,
  pipeline,
  api,
  regions,
}: Environment & {
  readonly storage: StorageStack;
  readonly pipeline: PipelineStack;
  readonly api: ApiStack;
  readonly regions: readonly RegionQueuesStack[];
}): Watched => ({
  environment,
  settings,
  functions: functionsIn(pipeline, api),
  queues: pipeline.queues,
  alerts: storage.alerts,
  pages: storage.pages,
  home: {
    tables: { config: storage.configTable, log: storage.logTable, state: storage.stateTable },
    apiId: api.httpApiId,
    liveApiId: api.live.apiId,
    topicsElsewhere: {
      page: regions.map(({ pages }) => pages.topic),
      ticket: regions.map(({ alerts }) => alerts.topic),
    },
  },
});

/** Of a further AWS region. */
export const watchedIn = ({
  environment,
  settings,
  queues: { queues, alerts, pages },
  dispatch,
}: Environment & {
  readonly queues: RegionQueuesStack;
  readonly dispatch: RegionDispatchStack;
}): Watched => ({
  environment,
  settings,
  functions: functionsIn(dispatch),
  queues: { ...queues },
  alerts,
  pages,
});

const functionsIn = (...stacks: readonly Stack[]): ReadonlyMap<string, PosthornFunction> =>
  new Map(
    stacks
      .flatMap((stack) => stack.node.findAll())
      .filter((construct) => construct instanceof PosthornFunction)
      .map((each) => [each.node.id, each]),
  );
