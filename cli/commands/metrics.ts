import type { Schemas } from '../../client/index.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { field, milliseconds, percent, time } from '../output/columns.ts';
import type { Column } from '../output/value.ts';
import { OPERATION_INFO } from '../routes/operation-info.ts';
import { queryFrom, queryOptions } from '../routes/route-options.ts';
import type { Row } from '../routes/row.ts';

const figures = (at: string): readonly Column[] => [
  field('deliveries', `${at}deliveries`),
  field('delivered', `${at}delivered`),
  field('dead', `${at}dead`),
  field('attempts', `${at}attempts`),
  percent('attempts ok', `${at}attemptSuccessRate`),
  milliseconds('answer p95', `${at}answerMs.p95`),
  milliseconds('latency p95', `${at}latencyMs.p95`),
];

const info = OPERATION_INFO.getMetrics;

/** In a table, CSV or lines; a chart is the console's. */
const metrics: Command = {
  words: 'metrics list',
  summary: 'Figures over time: counts, success, latency.',
  description: 'A row for each minute, hour or day. `posthorn stats` has the total.',
  options: queryOptions(info, []).map((one) =>
    one.flags.startsWith('--format ') ? { ...one, choices: ['ndjson', 'csv'] } : one,
  ),
  examples: [
    'posthorn metrics list --from 24h',
    [
      'posthorn metrics list --interval day --from 30d --target-id tgt_01JC --format csv',
      'for a spreadsheet',
    ],
  ],
  covers: ['getMetrics'],
  run,
};

async function run(context: Context, _: Values, options: Values): Promise<undefined> {
  const { io, out } = context;
  const query = await queryFrom(io, info, options);
  const api = await context.api();
  const answer: unknown = await api.call('getMetrics', query, { signal: io.signal });
  if (typeof answer === 'string') return void (await out.raw(answer));
  if (out.isJson) return void (await out.json(answer));
  const { series } = answer as Schemas['Metrics'];
  const busy = series.filter(({ deliveries, attempts }) => deliveries > 0 || attempts > 0);
  await out.rows([time('at', 'at'), ...figures('')], busy, 'Nothing was delivered within this time.');
}

export const metricsCommands = [metrics];

type BreakdownRow = Schemas['BreakdownRow'];

export const metricsRows: readonly Row[] = [
  {
    words: 'metrics breakdown',
    operation: 'getMetricsBreakdown',
    examples: [
      'posthorn metrics breakdown --by target --from 24h',
      ['posthorn metrics breakdown --by error --from 1h', 'what attempts fail of'],
    ],
    show: async ({ out }, { by, items, isComplete }: Schemas['Breakdown']) => {
      const own = by === 'error' ? [field('class')] : figures('values.');
      const columns = [
        field(by, ({ name }: BreakdownRow) => name ?? 'all others'),
        ...own,
        field('failed attempts', 'failedAttempts'),
      ];
      await out.rows(columns, items, 'Nothing was delivered within this time.');
      if (!isComplete) out.note('There was more than is counted by itself: the rest stands together.');
    },
  },
];
