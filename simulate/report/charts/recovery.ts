import type { Recovery, RecoveryCase } from '../results.ts';
import { CASES } from '../tables/recovery.ts';
import { axis, INK, note, short, svgOf, WIDTH } from './chart.ts';

const COLUMNS = 2;
const CASE = { width: WIDTH / COLUMNS, height: 238 };
/** Within a case, in pixels. */
const PLOT = { left: 58, width: 352, waiting: { top: 56, height: 64 }, rate: { top: 148, height: 44 } };

/** For each case what waits, and under it what is delivered a second. */
export function recoveryChart({ cases }: Recovery): string {
  const places = cases.map((each, i) => ({
    each,
    left: (i % COLUMNS) * CASE.width,
    top: Math.floor(i / COLUMNS) * CASE.height,
    unit: unitOf(each),
  }));
  const plots = places.flatMap((place) => [
    { ...place, of: 'waiting' as const },
    { ...place, of: 'rate' as const },
  ]);
  const option = {
    graphic: places.flatMap(({ each, left, top }) => [
      note(CASES[each.kind], [left + 16, top + 14], { bold: true }),
      note('deliveries that wait', [left + 16, top + 35], { color: INK.blue }),
      note('delivered a second', [left + 16, top + 126], { color: INK.orange }),
    ]),
    grid: plots.map(({ left, top, of }) => ({
      left: left + PLOT.left,
      top: top + PLOT[of].top,
      width: PLOT.width,
      height: PLOT[of].height,
    })),
    xAxis: plots.map(({ each, unit, of }, gridIndex) =>
      axis({
        gridIndex,
        type: 'value',
        min: each.series.seconds[0]! / unit.seconds,
        max: each.series.seconds.at(-1)! / unit.seconds,
        splitLine: { show: false },
        ...(of === 'rate' && { name: unit.name, nameLocation: 'middle', nameGap: 26 }),
        axisLabel: { show: of === 'rate', color: INK.quiet, fontSize: 11, showMaxLabel: false },
      }),
    ),
    yAxis: plots.map((_, gridIndex) =>
      axis({
        gridIndex,
        type: 'value',
        min: 0,
        splitNumber: 2,
        axisLabel: { color: INK.quiet, fontSize: 11, formatter: short },
      }),
    ),
    series: plots.map(({ each, unit, of }, plot) => lineOf(each, unit.seconds, of, plot)),
  };
  const height = CASE.height * Math.ceil(cases.length / COLUMNS);
  return svgOf(option, { title: 'What waits and what is delivered a second, in each recovery', height });
}

/** The time that an axis counts in: at most some ten of it. */
function unitOf({ series }: RecoveryCase) {
  const span = series.seconds.at(-1)! - series.seconds[0]!;
  if (span > 3 * 3600) return { name: 'hours', seconds: 3600 };
  return span > 180 ? { name: 'minutes', seconds: 60 } : { name: 'seconds', seconds: 1 };
}

function lineOf(
  { series, trouble }: RecoveryCase,
  unit: number,
  of: 'waiting' | 'rate',
  plot: number,
): object {
  const values = of === 'waiting' ? series.waiting : series.perSecond;
  const color = of === 'waiting' ? INK.blue : INK.orange;
  return {
    type: 'line',
    xAxisIndex: plot,
    yAxisIndex: plot,
    symbol: 'none',
    lineStyle: { color, width: 1.5 },
    data: series.seconds.map((second, i) => [second / unit, values[i]]),
    markArea: {
      silent: true,
      itemStyle: { color: INK.band, borderColor: INK.band, opacity: 1 },
      data: [[{ xAxis: trouble.from / unit }, { xAxis: trouble.until / unit }]],
    },
  };
}
