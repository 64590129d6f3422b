import type { Posthorn } from '../../client/index.ts';
import type { Option, Values } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { redrawnLine } from '../output/redrawn-line.ts';
import { ending, exitOf, howToFollow, isOver, JOB_FIELDS, type Job } from './job.ts';
import { type Measure, measureAfter, progressLine } from './progress.ts';
import { whenInterrupted } from './when-interrupted.ts';

/** Following a job to its end. */

const FIRST_LOOK_MS = 250;
const LOOK_MS = 2000;
/** About 40 seconds of an API that does not answer: nobody wants to lose sight of a long job by a blip. */
const MAX_RETRIES = 8;

/**
 * Shows how far a job is until it has ended, and then what has become of it. Ctrl-C asks whether to cancel it.
 * @param seen the job as it was answered, running or not
 * @returns 1 if it has failed or was cancelled, 130 if it was left running
 */
export async function followJob(context: Context, seen: Job): Promise<ExitCode> {
  const { io, out } = context;
  const api = await context.api();
  const line = redrawnLine(io);
  let job = seen;
  let measure: Measure = measureAfter({ total: await totalOf(context, api, job) }, undefined, job);
  // At Ctrl-C the signal of all is aborted for good: going on needs another one. A second Ctrl-C ends the process.
  let signal = io.signal;
  try {
    for (let pause = FIRST_LOOK_MS; !isOver(job); pause = Math.min(LOOK_MS, pause * 1.5)) {
      line.show(progressLine(job, measure, io.columns));
      try {
        await io.sleep(pause, signal);
        const now = await api.getReplay({ id: job.id }, { signal, maxRetries: MAX_RETRIES });
        measure = measureAfter(measure, job, now);
        job = now;
      } catch (error) {
        if (!signal.aborted) throw error;
        line.clear();
        const decision = await whenInterrupted(context, job.id);
        signal = new AbortController().signal;
        if (decision === 'cancel') job = await api.cancelReplay({ id: job.id }, { signal });
        if (decision === 'leave') break;
        if (decision === 'watch') out.note('It is watched on. Ctrl-C leaves it running.');
      }
    }
  } catch (error) {
    line.clear();
    out.note(`What has become of ${job.id} is not known here. ${howToFollow(job)}`);
    throw error;
  }
  line.clear();
  await showJob(context, job);
  out.note(ending(job));
  return isOver(job) ? exitOf(job) : EXIT.interrupted;
}

async function showJob({ out }: Pick<Context, 'out'>, job: Job): Promise<void> {
  if (out.isJson) await out.json(job);
  else await out.record(JOB_FIELDS, job);
}

/** How many deliveries a job is about, where that is known before it has ended. */
async function totalOf({ io }: Context, api: Posthorn, job: Job): Promise<number | undefined> {
  const { eventId, subscriptionId } = job;
  if (eventId === undefined || !io.terminal.stderr || isOver(job)) return undefined;
  if (subscriptionId !== undefined) return 1;
  // Nothing depends on it but a bar.
  const event = await api.getEvent({ id: eventId }, { signal: io.signal }).catch(() => undefined);
  return event?.matched;
}

export const NO_WAIT: Option = {
  flags: '--no-wait',
  description: 'Do not follow the job: print it, and end.',
};

/** What a command does with a job that it has started. @param options those with `NO_WAIT` */
export async function afterStart(context: Context, job: Job, options: Values): Promise<ExitCode> {
  if (options.wait !== false) return followJob(context, job);
  await showJob(context, job);
  context.out.note(`It is started. ${howToFollow(job)}`);
  return EXIT.ok;
}
