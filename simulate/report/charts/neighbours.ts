import { FLOODED, type Neighbours } from '../results.ts';
import { factorsOf, isMissed, ratioOf } from '../tables/neighbours.ts';
import { latency, number, times } from '../words.ts';
import { axis, INK, note, scaleOf, svgOf, WIDTH } from './chart.ts';

const HEIGHT = 290;
const TOP = 72;
const LEFT = 58;
const GAP = 14;

/** A panel for each kind of endpoint: the others' p99 without and with the flood, by its size. */
export function neighboursChart(result: Neighbours): string {
  const kinds = FLOODED.filter((endpoint) => result.rows.some((row) => row.endpoint === endpoint));
  const factors = factorsOf(result);
  const width = (WIDTH - LEFT - 12 - GAP * (kinds.length - 1)) / kinds.length;
  const left = (panel: number): number => LEFT + panel * (width + GAP);
  const p99s = result.rows.flatMap(({ alone, beside }) => [alone.p99, beside.p99]);
  const option = {
    graphic: [
      note('p99 of all other tenants', [16, 12], { bold: true }),
      { type: 'circle', left: 190, top: 14, shape: { r: 5 }, style: { fill: INK.grey } },
      note('without the flood', [206, 12], { color: INK.quiet }),
      { type: 'circle', left: 324, top: 14, shape: { r: 5 }, style: { fill: INK.blue } },
      note('with it, and how many times as long', [340, 12], { color: INK.quiet }),
      ...(result.rows.some(isMissed)
        ? [
            { type: 'circle', left: 586, top: 14, shape: { r: 5 }, style: { fill: INK.red } },
            note('over the goal', [602, 12], { color: INK.quiet }),
          ]
        : []),
      ...kinds.map((kind, panel) => note(kind, [left(panel), TOP - 28])),
      note('a tenant floods one such endpoint with so many times its fair share', [LEFT, HEIGHT - 24], {
        color: INK.quiet,
      }),
    ],
    grid: kinds.map((_, panel) => ({ left: left(panel), top: TOP, width, height: HEIGHT - TOP - 62 })),
    xAxis: kinds.map((_, gridIndex) =>
      axis({ gridIndex, type: 'category', data: factors.map((factor) => `${number(factor)}×`) }),
    ),
    yAxis: kinds.map((_, gridIndex) =>
      axis({
        gridIndex,
        ...scaleOf(p99s),
        axisLabel: { show: gridIndex === 0, color: INK.quiet, fontSize: 11, formatter: latency },
        axisLine: { show: false },
      }),
    ),
    series: kinds.flatMap((endpoint, panel) => panelOf(result, endpoint, panel)),
  };
  return svgOf(option, { title: 'The p99 of other tenants, without and with a flood', height: HEIGHT });
}

type Row = Neighbours['rows'][number];

function panelOf(result: Neighbours, endpoint: Row['endpoint'], panel: number): object[] {
  const at = { xAxisIndex: panel, yAxisIndex: panel };
  const rows = result.rows.filter((row) => row.endpoint === endpoint);
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
