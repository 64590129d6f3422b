import type { Result } from '../../client/index.ts';
import { clockTime } from '../live/outcome-line.ts';

/** Figures for people. Pure. */

export interface Stats {
  readonly from: string;
  readonly to: string;
  readonly targetId?: string;
  readonly total: Result<'getMetrics'>['total'];
  readonly undelivered: Result<'getStats'>['undelivered'];
}

const number = (n: number): string => n.toLocaleString('en-US');

/** `99.2 %`. What is not quite all is never rounded up to it. */
export function percent(share: number | null): string {
  if (share === null) return '–';
  const rounded = Math.floor(share * 1000) / 10;
  return `${share === 0 || share === 1 ? share * 100 : rounded.toFixed(1)} %`;
}

/** `41 ms`, `1.2 s`, `3.5 min`. */
export function span(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

const settledRate = ({ delivered, dead }: Stats['total']): number | null =>
  delivered + dead === 0 ? null : delivered / (delivered + dead);

type Times = Stats['total']['latencyMs'];
const percentiles = ({ p50, p95, p99 }: Times): string =>
  `p50 ${span(p50)}, p95 ${span(p95)}, p99 ${span(p99)}`;

const counted = ({ waiting, dead, isCut }: Stats['undelivered']): string =>
  [`${number(waiting)} wait`, ...(dead === undefined ? [] : [`${number(dead)} dead`])].join(', ') +
  (isCut ? ', and more' : '');

/** Names and values, one below the other. */
export function figuresOf({ from, targetId, total, undelivered }: Stats): [string, string][] {
  const errors = Object.entries(total.errors)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${number(count)}`);
  return [
    ['since', from],
    ...(targetId === undefined ? [] : [['target', targetId] as [string, string]]),
    [
      'deliveries',
      `${number(total.deliveries)}: ${number(total.delivered)} delivered, ${number(total.dead)} dead`,
    ],
    ['success', `${percent(settledRate(total))}, by the first attempt ${percent(total.firstAttemptRate)}`],
    [
      'attempts',
      `${number(total.attempts)}: ${number(total.failedAttempts)} failed, ${number(total.retries)} retries`,
    ],
    ...(errors.length > 0 ? [['failures', errors.join(', ')] as [string, string]] : []),
    ['answers', percentiles(total.answerMs)],
    ['latency', percentiles(total.latencyMs)],
    ['undelivered now', counted(undelivered)],
  ];
}

/** The same in one line, for a log. */
export function statsLine({ total, undelivered }: Stats, at: string): string {
  return [
    clockTime(at).slice(0, 8),
    `deliveries ${number(total.deliveries)}`,
    `success ${percent(settledRate(total))}`,
    `failed attempts ${number(total.failedAttempts)}`,
    `latency p95 ${span(total.latencyMs.p95)}`,
    counted(undelivered),
  ].join('  ');
}
