import { PRICES } from '../../lambdas/costs/prices.ts';
import { GB_MS } from '../../lambdas/costs/usage.ts';
import { EDGE_HEADER } from '../../lambdas/http/edge.ts';
import { type Metered, SCHEDULES } from './metered.ts';
import { NO_UNITS, sumOfUnits, timesUnits, type Units } from './units.ts';

/** A stack's template, as far as a price depends on it. */
export interface PricedTemplate {
  readonly Resources: Readonly<Record<string, PricedResource>>;
}

interface PricedResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What an environment has for all its life, whatever its tenants do. */
export interface Standing {
  readonly dashboards: number;
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly keys: number;
  readonly secrets: number;
  readonly natGateways: number;
  readonly webAcls: number;
  /** Whether producers reach the API through CloudFront alone. */
  readonly isBehindCloudFront: boolean;
  /** Queues that Lambda asks all the time. */
  readonly polledQueues: number;
  /** Whether functions record traces. */
  readonly isTraced: boolean;
  /** What schedules ask in a month, and the time of their functions. */
  readonly schedules: Units;
  readonly schedulesGbMs: number;
}

const MINUTES_A_MONTH = 730 * 60;

/** Read from the templates, so that what is deployed is what is priced. */
export function standingOf(templates: readonly PricedTemplate[], metered: Metered): Standing {
  const resources = templates.flatMap(({ Resources }) => Object.entries(Resources));
  const all = (type: string): PricedResource[] =>
    resources.flatMap(([, resource]) => (resource.Type === type ? [resource] : []));
  const schedules = sumOfUnits(
    resources
      // A rule of a source has a pattern, and costs nothing while no event meets it.
      .filter(([, { Type, Properties }]) => Type === 'AWS::Events::Rule' && !Properties?.EventPattern)
      .map(([id, rule]) => ofSchedule(id, rule, metered)),
  );
  return {
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    alarmMetrics: all('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    compositeAlarms: all('AWS::CloudWatch::CompositeAlarm').length,
    keys: all('AWS::KMS::Key').length,
    secrets: all('AWS::SecretsManager::Secret').length,
    natGateways: all('AWS::EC2::NatGateway').length,
    webAcls: all('AWS::WAFv2::WebACL').length,
    isBehindCloudFront: all('AWS::ApiGatewayV2::Authorizer').some(asksForEdge),
    // Those of Kafka name topics, and ask a cluster.
    polledQueues: all('AWS::Lambda::EventSourceMapping').filter(({ Properties }) => !Properties?.Topics)
      .length,
    isTraced: all('AWS::Lambda::Function').some(
      ({ Properties }) => (Properties?.TracingConfig as { Mode?: string } | undefined)?.Mode === 'Active',
    ),
    schedules,
    schedulesGbMs: schedules.runs * GB_MS.run,
  };
}

const asksForEdge = ({ Properties }: PricedResource): boolean =>
  ((Properties?.IdentitySource ?? []) as string[]).some((source) => source.endsWith(`.${EDGE_HEADER}`));

/** Metrics that an alarm is billed for. An expression is none. */
function metricsOf({ Properties }: PricedResource): number {
  const queries = Properties?.Metrics as readonly { MetricStat?: object }[] | undefined;
  return queries ? queries.filter(({ MetricStat }) => MetricStat !== undefined).length : 1;
}

/** @throws Error for a rule that was never counted */
function ofSchedule(id: string, { Properties }: PricedResource, { schedules }: Metered): Units {
  const known = SCHEDULES.find(({ rule }) => id.startsWith(rule));
  const expression = String(Properties?.ScheduleExpression);
  const [, every, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(expression) ?? [];
  if (!known || every === undefined) {
    throw new Error(
      `schedule ${id} (${expression}): expected a rate of one of ${SCHEDULES.map(({ rule }) => rule).join(', ')}`,
    );
  }
  const minutes = Number(every) * (unit === 'hour' ? 60 : 1);
  return timesUnits(schedules[known.rule] ?? NO_UNITS, MINUTES_A_MONTH / minutes);
}

/**
 * Requests of a month to a queue that is empty: five long polls of 20 seconds at a time. AWS says that Lambda begins with five
 * batches at a time, not how it polls; empty queues are billed about so much.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const POLLS_A_QUEUE = 5 * 3 * MINUTES_A_MONTH;

export const pollsOf = ({ polledQueues }: Standing): number => polledQueues * POLLS_A_QUEUE;

/**
 * Requests for the key that encrypts the config table: at most one in five minutes for each function that reads it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const KEY_USERS = 6;
const keyRequestsOf = ({ keys }: Standing): number => (keys * KEY_USERS * MINUTES_A_MONTH) / 5;

/** Dollars of a month for what is paid whatever is asked, and what no meter counts. */
export const fixedOf = (standing: Standing) => ({
  alarms:
    standing.alarmMetrics * PRICES.alarmMetricMonth + standing.compositeAlarms * PRICES.compositeAlarmMonth,
  dashboards: standing.dashboards * PRICES.dashboardMonth,
  keys: standing.keys * PRICES.kmsKeyMonth + (keyRequestsOf(standing) * PRICES.kmsMillion) / 1e6,
  secrets: standing.secrets * PRICES.secretMonth,
  natGateways: standing.natGateways * PRICES.natGatewayMonth,
  webAcls: standing.webAcls * PRICES.webAclMonth,
});

/** Dollars of a month for what watches: dashboards and alarms. */
export function watchingOf(standing: Standing): number {
  const { alarms, dashboards } = fixedOf(standing);
  return alarms + dashboards;
}
