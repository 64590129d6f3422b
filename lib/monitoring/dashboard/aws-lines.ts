import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { DEAD_INDEX, UNDELIVERED_INDEX } from '../../../lambdas/events/log-keys.ts';
import { TROUBLED_INDEX } from '../../../lambdas/targets/troubled-index.ts';
import type { Watched, WatchedAtHome } from '../watched.ts';
import { colorOfPart } from './colors.ts';
import { computed, counted, ofAws } from './series.ts';

type Table = keyof WatchedAtHome['tables'];

const INDEXES: Readonly<Record<Table, readonly string[]>> = {
  config: [],
  log: [DEAD_INDEX.name, UNDELIVERED_INDEX.name],
  state: [TROUBLED_INDEX.name],
};

/** A line for each table, and for each index, whose units and throttles AWS counts apart. */
export const ofTables = (
  { tables }: WatchedAtHome,
  metric: `Consumed${'Read' | 'Write'}CapacityUnits` | `${'Read' | 'Write'}ThrottleEvents`,
): readonly Metric[] =>
  Object.entries(INDEXES)
    .flatMap(([name, indexes]) => {
      const TableName = tables[name as Table].tableName;
      return [
        { label: name, by: { TableName } },
        ...indexes.map((index) => ({
          label: `${name}, index ${index}`,
          by: { TableName, GlobalSecondaryIndexName: index },
        })),
      ];
    })
    .map(({ label, by }, i) =>
      ofAws('DynamoDB', metric, by, { statistic: 'Sum', label, color: colorOfPart(i) }),
    );

type FunctionMetric = 'Errors' | 'Throttles' | 'Invocations' | 'ConcurrentExecutions' | 'Duration';

/** A line for each function. */
export const ofFunctions = (
  { functions }: Watched,
  metric: FunctionMetric,
  statistic: 'Sum' | 'Maximum',
): readonly Metric[] =>
  [...functions].map(([label, { functionName }], i) =>
    ofAws('Lambda', metric, { FunctionName: functionName }, { statistic, label, color: colorOfPart(i) }),
  );

/** Errors of the API, without those that a developer's machine has answered. */
export const errorsOfApi = (watched: Watched & { readonly home: WatchedAtHome }, color: string) =>
  computed(
    'FILL(all, 0) - FILL(relayed, 0)',
    { all: ofApi(watched.home, '5xx'), relayed: counted(watched, 'RelayedFailures') },
    { label: 'requests answered with 5xx', color },
  );

export const ofApi = ({ apiId }: WatchedAtHome, metric: '4xx' | '5xx' | 'Count', color?: string): Metric =>
  ofAws('ApiGateway', metric, { ApiId: apiId }, { statistic: 'Sum', label: metric, ...(color && { color }) });
