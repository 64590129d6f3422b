import { Color } from 'aws-cdk-lib/aws-cloudwatch';
import type { Lane } from '../../../lambdas/endpoint-health/lane.ts';

/** What a colour says, in every graph. Red and orange say nothing else; each has shades for several lines of one graph. */
const MEANINGS = {
  ours: [Color.RED, '#9c1f1f', '#ff9896', '#e377c2', '#7f2704', '#5c0a0a'],
  theirs: [Color.ORANGE, '#c7781e', '#ffbb78', '#b5a642', '#e7cb94', '#bcbd22', '#8c6d31'],
  aside: [Color.GREY, '#c7c7c7'],
} as const;

type Shades = keyof typeof MEANINGS;

const shadeOf =
  (meaning: Shades) =>
  (shade = 0): string =>
    MEANINGS[meaning][shade] ?? MEANINGS[meaning][0];

/** A failure of our own parts. */
export const ours = shadeOf('ours');
/** A failure of an endpoint or a producer. */
export const theirs = shadeOf('theirs');
/** Neither good nor bad, or as somebody decided. */
export const aside = shadeOf('aside');
export const WELL = Color.GREEN;
export const MUCH = Color.BLUE;

export const COLOR_OF_LANE: Readonly<Record<Lane, string>> = {
  critical: Color.PURPLE,
  standard: Color.BLUE,
  slow: Color.BROWN,
  bulk: Color.GREY,
};

/** The further out, the darker. */
export const PERCENTILES = [
  { statistic: 'p50', color: '#9ecae1' },
  { statistic: 'p95', color: '#4292c6' },
  { statistic: 'p99', color: '#08306b' },
] as const;

/** For parts that are shown beside each other. None looks like red or orange. */
const PARTS = [
  '#1f77b4',
  '#2ca02c',
  '#9467bd',
  '#8c564b',
  '#17becf',
  '#7f7f7f',
  '#aec7e8',
  '#98df8a',
  '#c5b0d5',
  '#c49c94',
  '#9edae5',
  '#08306b',
  '#00441b',
  '#3f007d',
  '#006d6f',
  '#4d4d4d',
  '#6baed6',
  '#74c476',
] as const;

export const colorOfPart = (index: number): string => PARTS[index % PARTS.length]!;
