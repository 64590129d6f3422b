import {
  type ConcreteWidget,
  GraphWidget,
  type HorizontalAnnotation,
  type IMetric,
  SingleValueWidget,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import { type RunbookHeading, runbookLinks } from '../runbook.ts';
import type { Watched } from '../watched.ts';

/** Columns of CloudWatch's grid. */
export const WIDTH = 24;
const GRAPH_HEIGHT = 6;

/** Widgets beside each other. */
type Row = readonly ConcreteWidget[];

/** What is shown of one part of an event's way, under a heading. */
export interface Section {
  readonly title: string;
  /** A sentence or two: what its graphs answer. */
  readonly answers: string;
  /** Where the runbook says what to do about it. */
  readonly see: readonly RunbookHeading[];
  readonly rows: readonly Row[];
}

/** What a section shows of an AWS region. Undefined where there is nothing of it. */
export type SectionOf = (watched: Watched) => Section | undefined;

/** The heading of a section, and below it its rows. */
export const rowsOf = (watched: Watched, { title, answers, see, rows }: Section): readonly Row[] => [
  [heading(watched, `## ${title}`, answers, see)],
  ...rows,
];

/** Characters that fit under a title in a widget of two rows, on a screen that is not wide. */
const FITTING = 420;

/** A title, and below it what it is about, and where the runbook says what to do. */
export function heading(
  { settings }: Watched,
  title: string,
  text: string,
  see: readonly RunbookHeading[],
): TextWidget {
  const shown = [text, ...see].join('  ').length;
  const markdown = `${title}\n${text} ${runbookLinks(settings.monitoring, see)}`;
  return textWidget(markdown, WIDTH, shown > FITTING ? 3 : 2);
}

export const textWidget = (markdown: string, width: number, height: number): TextWidget =>
  new TextWidget({ markdown, width, height, background: TextWidgetBackground.TRANSPARENT });

export interface Graph {
  /** A question or a noun. */
  readonly title: string;
  readonly of: readonly IMetric[];
  /** What the axis counts: `deliveries in 5 minutes`. */
  readonly axis: string;
  /** Of the axis, where it ends: a share ends at 100. */
  readonly max?: number;
  readonly lines?: readonly HorizontalAnnotation[];
  readonly stacked?: boolean;
  /** How far back it reaches, such as `-P28D`. Default: as far as the dashboard shows. */
  readonly since?: string;
}

/** Graphs beside each other, as wide as there is room. One axis each, from zero: two in one graph are misread. */
export const graphs = (...row: readonly Graph[]): Row =>
  row.map(
    ({ title, of, axis, max, lines, stacked, since }) =>
      new GraphWidget({
        title,
        left: [...of],
        leftYAxis: { label: axis, min: 0, showUnits: false, ...(max !== undefined && { max }) },
        ...(lines && { leftAnnotations: [...lines] }),
        ...(stacked && { stacked }),
        // Without an end it is one of the forms that are documented.
        ...(since && { start: since }),
        width: WIDTH / row.length,
        height: GRAPH_HEIGHT,
      }),
  );

/** Numbers over the time that the dashboard shows. */
export const numbers = (title: string, of: readonly IMetric[], width: number): SingleValueWidget =>
  new SingleValueWidget({ title, metrics: [...of], setPeriodToTimeRange: true, width, height: 3 });
