import type { Scale } from '../results.ts';
import { heldRows, perProcessor } from '../tables/scale.ts';
import { dollars, latency, number } from '../words.ts';
import { axis, INK, note, scaleOf, svgOf } from './chart.ts';

const HEIGHT = 240;
const LEFT = [58, 372, 624];
const PANEL = { top: 48, height: 138, widths: [246, 216, 216] };

/** Three panels over the loads that are held: latency, price, processor time. */
export function scaleChart(scale: Scale): string {
  const rows = heldRows(scale);
  const loads = rows.map(({ perSecond }) => number(perSecond));
  const p50 = rows.map((row) => row.latency.p50);
  const p99 = rows.map((row) => row.latency.p99);
  const bars = [
    { values: rows.map(({ dollarsPerMillion }) => dollarsPerMillion), text: dollars },
    { values: rows.map(perProcessor), text: number },
  ];
  const option = {
    graphic: [
      note('Accepted → delivered', [LEFT[0]! - 42, 12], { bold: true }),
      note('$ a million deliveries', [LEFT[1]! - 10, 12], { bold: true }),
      note('Deliveries a second and processor', [LEFT[2]! - 10, 12], { bold: true }),
      note('deliveries a second, even over tenants', [LEFT[0]! - 42, HEIGHT - 26], { color: INK.quiet }),
    ],
    grid: LEFT.map((left, i) => ({ left, top: PANEL.top, width: PANEL.widths[i], height: PANEL.height })),
    xAxis: LEFT.map((_, gridIndex) => axis({ gridIndex, type: 'category', data: loads })),
    yAxis: [
      axis({
        gridIndex: 0,
        ...scaleOf([...p50, ...p99]),
        axisLabel: { color: INK.quiet, fontSize: 11, formatter: latency },
      }),
      ...bars.map(({ values }, i) => axis({ gridIndex: i + 1, ...scaleFromZero(values), show: false })),
    ],
    series: [
      line('p50', p50, INK.grey),
      line('p99', p99, INK.blue),
      ...bars.map(({ values, text }, i) => ({
        type: 'bar',
        xAxisIndex: i + 1,
        yAxisIndex: i + 1,
        data: values,
        barMaxWidth: 34,
        itemStyle: { color: INK.blue },
        label: { ...labelOf(text), position: 'top' },
      })),
    ],
  };
  return svgOf(option, { title: 'Latency, price and processor time by deliveries a second', height: HEIGHT });
}

const scaleFromZero = (values: readonly number[]) => ({
  type: 'value',
  min: 0,
  max: Math.max(...values) * 1.15,
});

const labelOf = (text: (value: number) => string) => ({
  show: true,
  color: INK.text,
  fontSize: 11,
  // Over the line, which else crosses it out.
  textBorderColor: INK.ground,
  textBorderWidth: 3,
  formatter: ({ value }: { value: number }) => text(value),
});

/** A line whose name stands at its end. */
const line = (name: string, data: readonly number[], color: string) => ({
  type: 'line',
  name,
  data,
  symbol: 'circle',
  symbolSize: 6,
  lineStyle: { color, width: 2 },
  itemStyle: { color },
  label: { ...labelOf(latency), position: 'top' },
  endLabel: { show: true, formatter: '{a}', color, fontSize: 12, fontWeight: 600, distance: 6 },
});
