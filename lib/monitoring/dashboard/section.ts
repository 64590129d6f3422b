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
export const rowsOf = ({ settings }: Watched, { title, answers, see, rows }: Section): readonly Row[] => [
  [heading(`## ${title}`, `${answers} ${runbookLinks(settings.monitoring, see)}`)],
  ...rows,
];

/** Characters that a line of the whole width holds on a narrow screen. */
const LINE = 220;

/** A title, and below it as many lines as its text takes. */
export const heading = (title: string, text: string): TextWidget =>
  textWidget(`${title}\n${text}`, WIDTH, 1 + Math.ceil(text.length / LINE));

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
        ...(since && { start: since, end: 'P0D' }),
        width: WIDTH / row.length,
        height: GRAPH_HEIGHT,
      }),
  );

/** Numbers over the time that the dashboard shows. */
export const numbers = (title: string, of: readonly IMetric[], width: number): SingleValueWidget =>
  new SingleValueWidget({ title, metrics: [...of], setPeriodToTimeRange: true, width, height: 3 });
