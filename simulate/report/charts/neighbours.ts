import type { Neighbours } from '../results.ts';
import { factorsOf, isMissed, type Kind, kindsOf, ratioOf } from '../tables/neighbours.ts';
import { latency, number, times } from '../words.ts';
import { axis, INK, note, scaleOf, svgOf, WIDTH } from './chart.ts';

const MOST_COLUMNS = 5;
const LEFT = 58;
const GAP = 14;
const PANEL_HEIGHT = 104;
/** From the top of a row of panels to the next, of the first, and under the last. */
const ROW = { every: 164, first: 72, below: 62 };

/** A panel for each kind of endpoint: the others' p99 without and with the flood, by its size. */
export function neighboursChart(result: Neighbours): string {
  const factors = factorsOf(result).map((factor) => `${number(factor)}×`);
  const kinds = kindsOf(result);
  // Rows that are as full as each other.
  const columns = Math.ceil(kinds.length / Math.ceil(kinds.length / MOST_COLUMNS));
  const width = (WIDTH - LEFT - 12 - GAP * (columns - 1)) / columns;
  const panels = kinds.map((kind, i) => ({
    kind,
    left: LEFT + (i % columns) * (width + GAP),
    top: ROW.first + Math.floor(i / columns) * ROW.every,
    isFirst: i % columns === 0,
  }));
  const height = (panels.at(-1)?.top ?? 0) + PANEL_HEIGHT + ROW.below;
  const p99s = result.rows.flatMap(({ alone, beside }) => [alone.p99, beside.p99]);
  const option = {
    graphic: [
      ...legend(result.rows.some(isMissed)),
      ...panels.map(({ kind, left, top }) => note(kind.name, [left, top - 28])),
      note('a tenant floods one such endpoint with so many times its fair share', [LEFT, height - 24], {
        color: INK.quiet,
      }),
    ],
    grid: panels.map(({ left, top }) => ({ left, top, width, height: PANEL_HEIGHT })),
    xAxis: panels.map((_, gridIndex) => axis({ gridIndex, type: 'category', data: factors })),
    yAxis: panels.map(({ isFirst }, gridIndex) =>
      axis({
        gridIndex,
        ...scaleOf(p99s),
        axisLabel: { show: isFirst, color: INK.quiet, fontSize: 11, formatter: latency },
        axisLine: { show: false },
      }),
    ),
    series: panels.flatMap(({ kind }, panel) => panelOf(kind, panel)),
  };
  return svgOf(option, { title: 'The p99 of other tenants, without and with a flood', height });
}

function legend(isAnyMissed: boolean): object[] {
  const dot = (left: number, fill: string) => ({
    type: 'circle',
    left,
    top: 14,
    shape: { r: 5 },
    style: { fill },
  });
  const quiet = { color: INK.quiet };
  return [
    note('p99 of all other tenants', [16, 12], { bold: true }),
    dot(190, INK.grey),
    note('without the flood', [206, 12], quiet),
    dot(324, INK.blue),
    note('with it, and how many times as long', [340, 12], quiet),
    ...(isAnyMissed ? [dot(586, INK.red), note('over the goal', [602, 12], quiet)] : []),
  ];
}

type Row = Neighbours['rows'][number];

function panelOf({ rows }: Kind, panel: number): object[] {
  const at = { xAxisIndex: panel, yAxisIndex: panel };
  const x = ({ factor }: Row): string => `${number(factor)}×`;
  const joined = rows.map((row) => ({
    type: 'line',
    ...at,
    z: 1,
    symbol: 'none',
    lineStyle: { color: INK.rule, width: 3 },
    data: [
      [x(row), row.alone.p99],
      [x(row), row.beside.p99],
    ],
  }));
  const dots = (of: (row: Row) => object) => ({
    type: 'scatter',
    ...at,
    z: 2,
    symbolSize: 9,
    data: rows.map(of),
  });
  return [
    ...joined,
    dots((row) => ({ value: [x(row), row.alone.p99], itemStyle: { color: INK.grey, opacity: 1 } })),
    dots((row) => ({
      value: [x(row), row.beside.p99],
      itemStyle: { color: isMissed(row) ? INK.red : INK.blue, opacity: 1 },
      label: {
        show: true,
        position: 'top',
        color: isMissed(row) ? INK.red : INK.text,
        fontSize: 11,
        formatter: times(ratioOf(row)),
      },
    })),
  ];
}
