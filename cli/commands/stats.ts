import type { Posthorn, Result } from '../../client/index.ts';
import type { Command, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { isPassing } from '../live/keep-connected.ts';
import { idOf } from '../live/names.ts';
import { clockTime } from '../live/outcome-line.ts';
import { recordOf } from '../output/table.ts';
import { durationMs, timeOf } from '../routes/times.ts';
import { figuresOf, type Stats, statsLine } from '../stats/figures.ts';

export const stats: Command = {
  words: 'stats',
  summary: 'How deliveries do: counts, success, latency, and what waits.',
  description:
    'Of the last 24 hours unless --from says otherwise. With --watch a terminal shows the figures anew every few seconds; elsewhere each time adds a line. Ctrl-C ends it.',
  options: [
    {
      flags: '--from <time>',
      description: 'Since when: 2026-03-01T12:00:00Z, or how long ago, such as 2h.',
      default: '24h',
    },
    { flags: '--target <target>', description: 'To this target: its id or its name.' },
    { flags: '--watch', description: 'Again and again.' },
    { flags: '--interval <time>', description: 'With --watch: how often.', default: '5s' },
  ],
  examples: [
    'posthorn stats',
    ['posthorn stats --from 1h --target Orders', 'one endpoint’s last hour'],
    ['posthorn stats --watch --from 15m', 'while something is rolled out'],
  ],
  covers: ['getStats', 'getMetrics'],
  run,
};

async function run(context: Context, _: Values, options: Values): Promise<typeof EXIT.ok> {
  const { io, out } = context;
  const from = options.from as string;
  timeOf(from, io.now(), -1);
  const every = intervalOf(options.interval as string);
  const api = await context.api();
  const targetId =
    typeof options.target === 'string' ? await idOf(api, 'target', options.target, io.signal) : undefined;
  const read = (): Promise<Stats> => statsSince(context, api, from, targetId);
  if (options.watch !== true) {
    const found = await read();
    if (out.isJson) await out.json(found);
    else await out.text(recordOf(figuresOf(found), out.colours));
    return EXIT.ok;
  }
  await watch(context, every, read);
  return EXIT.ok;
}

function intervalOf(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms >= 1000) return ms;
  throw new UsageError(
    `--interval: expected a time from 1s on, such as 5s or 1m, got ${JSON.stringify(text)}`,
  );
}

const HOUR_MS = 3_600_000;

async function statsSince(
  { io }: Pick<Context, 'io'>,
  api: Posthorn,
  from: string,
  targetId: string | undefined,
): Promise<Stats> {
  const { signal } = io;
  const of = targetId === undefined ? {} : { targetId };
  const since = timeOf(from, io.now(), -1);
  // Counters of a short time are read by the minute, or a span would be widened to whole hours.
  const interval = io.now() - Date.parse(since) <= HOUR_MS ? 'minute' : 'hour';
  const [metrics, { undelivered }] = await Promise.all([
    api.getMetrics({ ...of, from: since, interval }, { signal }) as PromiseLike<Result<'getMetrics'>>,
    api.getStats({ ...of, from: since }, { signal }),
  ]);
  const { total, from: begin, to } = metrics;
  return { from: begin, to, ...of, total, undelivered };
}

/** Shows figures until Ctrl-C. Where the API does not answer for a while, it says so and goes on. */
async function watch({ io, out }: Context, every: number, read: () => Promise<Stats>): Promise<void> {
  let drawn = 0;
  let hasRead = false;
  while (!io.signal.aborted) {
    try {
      const found = await read();
      hasRead = true;
      const at = new Date(io.now()).toISOString();
      if (out.isJson) await out.line({ at, ...found });
      else if (io.terminal.stdout) drawn = await redraw(found, at, drawn);
      else await out.text(statsLine(found, at));
    } catch (error) {
      if (io.signal.aborted) return;
      if (!hasRead || !isPassing(error)) throw error;
      out.warn(`No figures: ${(error as Error).message}. It goes on.`);
      drawn = 0;
    }
    await io.sleep(every).catch(() => {});
  }

  async function redraw(found: Stats, at: string, before: number): Promise<number> {
    const text = recordOf([['at', clockTime(at).slice(0, 8)], ...figuresOf(found)], out.colours);
    await out.redraw(text, before);
    return text.split('\n').length;
  }
}
