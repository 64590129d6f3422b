import { settingsOf } from '../../../lib/settings/config.ts';
import { limitsOf } from '../limits.ts';
import type { Limits, Scale, ScaleRow } from '../results.ts';
import { dollars, latency, number, numbers, table } from '../words.ts';

/** What an environment with prod's settings has in an account that never asked AWS for more. */
const unraised = (): Limits => limitsOf(settingsOf('prod'));

/** Whether a row delivers what is asked. What is still on its way when the world ends is less than a fiftieth. */
const isHeld = ({ perSecond, deliveredPerSecond }: ScaleRow): boolean =>
  deliveredPerSecond >= 0.98 * perSecond;

/** Of even loads that are held, the first row of each: rows are in the order in which limits are raised. */
export function heldRows({ rows }: Scale): ScaleRow[] {
  const held = new Map<number, ScaleRow>();
  for (const row of rows.filter(({ load }) => load === 'even').filter(isHeld)) {
    if (!held.has(row.perSecond)) held.set(row.perSecond, row);
  }
  return [...held.values()].sort((a, b) => a.perSecond - b.perSecond);
}

/** Deliveries a second for each processor of Lambda that works all the time. */
export const perProcessor = ({ deliveredPerSecond, processorSeconds }: ScaleRow): number =>
  deliveredPerSecond / processorSeconds;

export const isUnraised = ({ limits }: ScaleRow): boolean => changesOf(limits, unraised()).length === 0;

const WHOSE: Readonly<Record<ScaleRow['load'], string>> = {
  even: '',
  'hot tenant': ', all of one tenant',
  'hot endpoint': ', all to one endpoint',
};

export function scaleTable({ rows }: Scale): string {
  const columns = [
    numbers('deliveries a second'),
    numbers('events a request'),
    'limits',
    numbers('delivered a second'),
    numbers('p50'),
    numbers('p99'),
    numbers('processors'),
    numbers('a second and processor'),
    numbers('$ a million'),
    'what bites first',
  ];
  const cells = rows.map((row) => [
    number(row.perSecond) + WHOSE[row.load],
    number(row.perRequest),
    isUnraised(row) ? 'as they are' : 'raised',
    number(row.deliveredPerSecond),
    latency(row.latency.p50),
    latency(row.latency.p99),
    number(row.processorSeconds),
    number(perProcessor(row)),
    dollars(row.dollarsPerMillion),
    bitesCell(row),
  ]);
  return table(columns, cells);
}

function bitesCell({ bites, throttles }: ScaleRow): string {
  const throttled = Object.values(throttles).reduce((sum, count) => sum + count, 0);
  if (bites === undefined)
    return throttled === 0 ? 'nothing' : `nothing; ${number(throttled)} calls throttled`;
  return throttled === 0 ? bites : `${bites}; ${number(throttled)} calls throttled`;
}

/** What each limit is called, and where it is raised. */
const NAMES: Readonly<Record<Exclude<keyof Limits, 'concurrency'>, readonly [name: string, where: string]>> =
  {
    apiRatePerSecond: ['`apiThrottle.ratePerSecond`', 'lib/settings/config.ts'],
    lambdaConcurrency: ['concurrent executions of Lambda', 'quota `L-B99A9384` of the account'],
    gatewayRequests: ['requests a second of API Gateway', 'quota `L-8A5B8E43` of the account'],
    tableWrites: ['write units a second of a table', 'quota of DynamoDB, table-level write throughput'],
    tableReads: ['read units a second of a table', 'quota of DynamoDB, table-level read throughput'],
    warmWrites: ['write units that a table takes at once', 'warm throughput of the log table'],
    warmReads: ['read units that a table takes at once', 'warm throughput of the log table'],
  };

interface Change {
  readonly name: string;
  readonly where: string;
  readonly of: (limits: Limits) => number;
}

const CHANGES = Object.entries(NAMES).map(
  ([key, [name, where]]): Change => ({ name, where, of: (limits) => limits[key as keyof typeof NAMES] }),
);

const concurrencyOf = (queue: string): Change => ({
  name: `\`concurrency.${queue}\``,
  where: 'lib/settings/config.ts',
  of: ({ concurrency }) => concurrency[queue] ?? 0,
});

/** Limits that are not as they are without a change. */
function changesOf(limits: Limits, base: Limits): Change[] {
  const queues = Object.keys(base.concurrency).map(concurrencyOf);
  return [...queues, ...CHANGES].filter(({ of }) => of(limits) !== of(base));
}

/** What is raised for each load: one row for each limit that any of them raises. */
export function raiseTable(scale: Scale): string {
  const held = heldRows(scale);
  if (held.length === 0) return 'No load is held.';
  const base = unraised();
  const queues = Object.keys(base.concurrency).map(concurrencyOf);
  const raised = [...queues, ...CHANGES].filter(({ of }) =>
    held.some(({ limits }) => of(limits) !== of(base)),
  );
  const rows = raised.map(({ name, where, of }) => [
    name,
    where,
    number(of(base)),
    ...held.map(({ limits }) => (of(limits) === of(base) ? 'the same' : `**${number(of(limits))}**`)),
  ]);
  const environments = held.map((row) =>
    number(Object.values(row.environments).reduce((sum, most) => sum + most, 0)),
  );
  return table(
    [
      '',
      'where',
      numbers('`prod`'),
      ...held.map(({ perSecond }) => numbers(`${number(perSecond)} a second`)),
    ],
    [...rows, ['environments of functions at once', 'what comes of it', '', ...environments]],
  );
}
