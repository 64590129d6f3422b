import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GraphicComponent, GridComponent, MarkAreaComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([
  BarChart,
  GraphicComponent,
  GridComponent,
  LineChart,
  MarkAreaComponent,
  ScatterChart,
  SVGRenderer,
]);

/** What a chart is made of, as ECharts has it: https://echarts.apache.org/en/option.html */
export type Option = echarts.EChartsCoreOption;

/**
 * Colours on white. In a dark scheme each is replaced by the one behind it, so a colour stands here and nowhere else. A picture
 * has a ground of its own: the scheme of a page can be another one than the browser's.
 */
const COLOURS = {
  ground: ['#ffffff', '#0d1117'],
  text: ['#1f2328', '#e6edf3'],
  quiet: ['#59636e', '#9198a1'],
  rule: ['#d1d9e0', '#3d444d'],
  band: ['#f6eadf', '#2e241b'],
  grey: ['#818b98', '#7d8590'],
  blue: ['#0969da', '#4493f8'],
  orange: ['#bc4c00', '#f0883e'],
  red: ['#cf222e', '#f85149'],
} as const;

type Colour = keyof typeof COLOURS;

export const INK = Object.fromEntries(
  Object.entries(COLOURS).map(([name, [light]]) => [name, light]),
) as Readonly<Record<Colour, string>>;

const DARK = Object.values(COLOURS)
  .flatMap(([light, dark]) => [`[fill="${light}"]{fill:${dark}}`, `[stroke="${light}"]{stroke:${dark}}`])
  .join('');

/** Pixels of a picture: as wide as GitHub shows a page. */
export const WIDTH = 860;

/** In the order of what a reader's machine may have. */
const FONT = "-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";

/** Draws a chart. The same option makes the same bytes, whatever was drawn before. */
export function svgOf(option: Option, { title, height }: { title: string; height: number }): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: INK.ground,
      textStyle: { fontFamily: FONT, fontSize: 12, color: INK.text },
      ...option,
    });
    return finished(chart.renderToSVGString(), title);
  } finally {
    chart.dispose();
  }
}

/** What is for pointers, and counts all charts that were ever drawn: a picture in a page has no pointer. */
const FOR_POINTERS =
  / (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|pointer-events="visible")|<style ><!\[CDATA\[.*?\]\]>\s*<\/style>\n/gs;

/** Gives a picture a title for those who can't see it, and its dark colours. Its names do not tell of earlier charts. */
function finished(svg: string, title: string): string {
  const head = `<title>${title}</title><style>@media(prefers-color-scheme:dark){${DARK}}</style>`;
  return `${svg
    .replace(FOR_POINTERS, '')
    .replace(/\bzr\d+-/g, '')
    .replace(/^<svg [^>]*>/, (open) => `${open.slice(0, -1)} role="img">${head}`)}\n`;
}

/** A text at a place, in pixels from the left and the top. */
export const note = (
  text: string,
  [left, top]: readonly [number, number],
  { color = INK.text, bold = false }: { color?: string; bold?: boolean } = {},
) => ({
  type: 'text',
  left,
  top,
  silent: true,
  style: { text, fill: color, font: `${bold ? '600 ' : ''}12px ${FONT}` },
});

/** An axis with quiet labels and lines; more can be set. */
export const axis = (more: object) => ({
  axisLabel: { color: INK.quiet, fontSize: 11 },
  axisLine: { lineStyle: { color: INK.rule } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: INK.rule, width: 0.5 } },
  nameTextStyle: { color: INK.quiet, fontSize: 11 },
  ...more,
});

/** Where values differ by more than that, small ones are read from a logarithmic axis alone. */
const FAR_APART = 15;

/**
 * The scale that values are read from: from zero, or logarithmic where they are far apart. It ends on a line, so that panels
 * side by side have the same.
 */
export function scaleOf(values: readonly number[]): object {
  const seen = values.filter((value) => value > 0);
  if (seen.length === 0) return { type: 'value', min: 0, max: 1 };
  const [least, most] = [Math.min(...seen), Math.max(...seen)];
  if (most <= FAR_APART * least) {
    const interval = stepOf(most / 4);
    return { type: 'value', min: 0, max: interval * Math.ceil((1.1 * most) / interval), interval };
  }
  return { type: 'log', min: 10 ** Math.floor(Math.log10(least)), max: 10 ** Math.ceil(Math.log10(most)) };
}

/** The nearest of 1, 2, 5, 10, 20 and so on that is not less. */
function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 5, 10].find((step) => step * power >= least)!;
}

/** `1.2 k`, `3 M`: numbers of an axis. */
export const short = (value: number): string => {
  const [size, unit] = value >= 1e6 ? [1e6, 'M'] : value >= 1000 ? [1000, 'k'] : [1, ''];
  return `${Number((value / size).toPrecision(3))}${unit && ` ${unit}`}`;
};
