/**
 * What a dashboard may show. AWS shows a broken widget as an error, once somebody looks.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
import { z } from 'zod';
import { EXTENDED, STATISTICS } from './alarm-shape.ts';
import { known } from './resource.ts';

const MAX_WIDGETS = 500;
const MAX_METRICS_OF_WIDGET = 500;
const MAX_METRICS = 2500;
const MAX_ALARMS = 100;

const color = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a color such as #1f77b4');
const seconds = z
  .number()
  .int()
  .refine((value) => [1, 5, 10, 20, 30].includes(value) || (value > 0 && value % 60 === 0), {
    error: 'expected 1, 5, 10, 20, 30 or a multiple of 60',
  });
const stat = z.union([z.enum(STATISTICS), z.string().regex(EXTENDED)]);
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/);

const rendering = {
  id: z
    .string()
    .regex(/^[a-z]\w*$/)
    .optional(),
  label: z.string().optional(),
  color: color.optional(),
  period: seconds.optional(),
  region: region.optional(),
  stat: stat.optional(),
  visible: z.boolean().optional(),
  yAxis: z.enum(['left', 'right']).optional(),
  accountId: z.string().optional(),
};
const metricOptions = known(rendering);
const expressionOptions = known({ ...rendering, expression: z.string().min(1) });

const axis = known({
  label: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  showUnits: z.boolean().optional(),
}).optional();

const horizontal = known({
  value: z.number(),
  label: z.string().optional(),
  color: color.optional(),
  fill: z.enum(['above', 'below', 'none']).optional(),
  visible: z.boolean().optional(),
  yAxis: z.enum(['left', 'right']).optional(),
});

const metricProperties = known({
  metrics: z.array(z.array(z.unknown()).min(1)).max(MAX_METRICS_OF_WIDGET).optional(),
  annotations: known({
    horizontal: z.array(horizontal).optional(),
    alarms: z.array(z.string().startsWith('arn:')).length(1).optional(),
  }).optional(),
  region,
  title: z.string().optional(),
  view: z.enum(['timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table']).optional(),
  stacked: z.boolean().optional(),
  stat: stat.optional(),
  period: seconds.optional(),
  legend: known({ position: z.enum(['right', 'bottom', 'hidden']) }).optional(),
  yAxis: known({ left: axis, right: axis }).optional(),
  setPeriodToTimeRange: z.boolean().optional(),
  singleValueFullPrecision: z.boolean().optional(),
  sparkline: z.boolean().optional(),
  trend: z.boolean().optional(),
  liveData: z.boolean().optional(),
  start: z.string().optional(),
  end: z.string().optional(),
  timezone: z.string().optional(),
  accountId: z.string().optional(),
});

const place = {
  x: z.number().int().min(0).max(23).optional(),
  y: z.number().int().min(0).optional(),
  width: z.number().int().min(1).max(24).optional(),
  height: z.number().int().min(1).max(1000).optional(),
};

const widget = z.discriminatedUnion('type', [
  known({ type: z.literal('metric'), ...place, properties: metricProperties }),
  known({
    type: z.literal('text'),
    ...place,
    properties: known({
      markdown: z.string().min(1),
      background: z.enum(['solid', 'transparent']).optional(),
    }),
  }),
  known({
    type: z.literal('alarm'),
    ...place,
    properties: known({
      alarms: z.array(z.string().startsWith('arn:')).min(1).max(MAX_ALARMS),
      title: z.string().optional(),
      sortBy: z.enum(['default', 'stateUpdatedTimestamp', 'timestamp']).optional(),
      states: z.array(z.enum(['ALARM', 'INSUFFICIENT_DATA', 'OK'])).optional(),
    }),
  }),
  known({
    type: z.literal('log'),
    ...place,
    properties: known({
      query: z.string().startsWith('SOURCE '),
      region,
      title: z.string().optional(),
      view: z.enum(['table', 'timeSeries', 'bar', 'pie']).optional(),
      stacked: z.boolean().optional(),
      queryLanguage: z.enum(['CWLI', 'SQL', 'PPL']).optional(),
      accountId: z.string().optional(),
    }),
  }),
]);

const body = known({
  start: z.string().optional(),
  end: z.string().optional(),
  periodOverride: z.enum(['auto', 'inherit']).optional(),
  widgets: z.array(widget).max(MAX_WIDGETS),
});

export type Widget = z.output<typeof widget>;

/** What a widget draws: a metric of a region, or an expression over the widget's other lines. */
export type Drawn =
  | {
      readonly kind: 'metric';
      readonly namespace: string;
      readonly name: string;
      readonly dimensions: Readonly<Record<string, string>>;
      readonly region: string;
      readonly id: string | undefined;
      readonly stat: string;
    }
  | { readonly kind: 'expression'; readonly expression: string; readonly id: string | undefined };

/** @throws Error with the place and what was expected there */
export function readDashboard(text: string): readonly Widget[] {
  const parsed = body.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`DashboardBody: ${z.prettifyError(parsed.error)}`);
  const { widgets } = parsed.data;
  for (const { x = 0, width = 6 } of widgets) {
    if (x + width > 24) throw new Error(`DashboardBody: a widget reaches column ${x + width} of 24`);
  }
  const count = widgets.flatMap(drawnBy).filter(({ kind }) => kind === 'metric').length;
  if (count > MAX_METRICS)
    throw new Error(`DashboardBody: expected at most ${MAX_METRICS} metrics, got ${count}`);
  return widgets;
}

/** The lines of a widget, with `.` and `...` replaced by what stands above them. */
export function drawnBy(shown: Widget): readonly Drawn[] {
  if (shown.type !== 'metric') return [];
  const { properties } = shown;
  let above: readonly string[] = [];
  const ids = new Set<string>();
  return (properties.metrics ?? []).map((row) => {
    const options = typeof row.at(-1) === 'object' ? row.at(-1) : {};
    const names = (typeof row.at(-1) === 'object' ? row.slice(0, -1) : row).map(String);
    const read = names.length === 0 ? expressionOptions : metricOptions;
    const parsed = read.safeParse(options);
    if (!parsed.success)
      throw new Error(`DashboardBody, ${JSON.stringify(row)}: ${z.prettifyError(parsed.error)}`);
    const { id } = parsed.data;
    if (id !== undefined && ids.has(id))
      throw new Error(`DashboardBody, ${JSON.stringify(row)}: the id repeats`);
    if (id !== undefined) ids.add(id);
    if ('expression' in parsed.data)
      return { kind: 'expression', expression: String(parsed.data.expression), id } as const;
    above = written(names, above, row);
    const [namespace, name, ...pairs] = above;
    return {
      kind: 'metric',
      namespace: namespace!,
      name: name!,
      dimensions: Object.fromEntries(
        pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, pairs[index + 1]!]] : [])),
      ),
      region: parsed.data.region ?? properties.region,
      id,
      stat: parsed.data.stat ?? properties.stat ?? 'Average',
    } as const;
  });
}

function written(names: readonly string[], above: readonly string[], row: unknown): readonly string[] {
  const dots = names.indexOf('...');
  const missing = above.length - (names.length - 1);
  const full = dots < 0 ? names : names.toSpliced(dots, 1, ...Array(Math.max(missing, 0)).fill('.'));
  const replaced = full.map((each, index) => (each === '.' ? above[index] : each));
  if (replaced.length < 2 || replaced.length % 2 === 1 || replaced.includes(undefined))
    throw new Error(
      `DashboardBody, ${JSON.stringify(row)}: expected namespace, metric and pairs of dimensions`,
    );
  return replaced as string[];
}
