import type { LiveOutcome } from '../../client/live/frame.ts';
import type { Colours } from '../output/colours.ts';
import { safeText } from '../output/safe-text.ts';
import { inTone } from '../output/table.ts';
import { toneOfState } from '../output/value.ts';

/** An outcome in one line, for people. Pure. */

/** `09:05:02.041`, in the time of this machine. */
export function clockTime(at: string | number): string {
  const date = new Date(at);
  const two = (n: number, digits = 2): string => String(n).padStart(digits, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`;
}

/** @param target name of the target, or its id */
export function outcomeLine(outcome: LiveOutcome, target: string, colours: Colours): string {
  const { at, status, type, statusCode, attempt, ms } = outcome;
  const tone = toneOfState(status);
  return [
    colours.dim(clockTime(at)),
    inTone(colours, tone, status.padEnd(9)),
    safeText(type).padEnd(26),
    safeText(target).padEnd(18),
    inTone(colours, tone, String(statusCode ?? '–').padStart(3)),
    attempt > 0 ? `#${attempt}`.padEnd(3) : '   ',
    (ms === undefined ? '' : `${ms} ms`).padStart(8),
    safeText(why(outcome)),
  ]
    .join('  ')
    .trimEnd();
}

/** What failed, why it is dead or what it waits for, and when it goes on. */
function why({ error, reason, nextAttemptAt }: LiveOutcome): string {
  const next = nextAttemptAt === undefined ? [] : [`next at ${clockTime(nextAttemptAt).slice(0, 8)}`];
  const said = [error, reason].filter((one) => one !== undefined && one !== 'retry');
  return [...said, ...next].join(', ');
}
