import { isCancel, select } from '@clack/prompts';
import type { Context } from '../context.ts';
import { Terminated } from '../io.ts';

export type Decision = 'cancel' | 'leave' | 'watch';

/** Asks what is to become of a job at Ctrl-C. Where nobody can be asked, and at a second Ctrl-C, it goes on by itself. */
export async function whenInterrupted({ io }: Pick<Context, 'io'>, id: string): Promise<Decision> {
  const isAttended = io.terminal.stdin && io.terminal.stderr;
  if (!isAttended || io.signal.reason instanceof Terminated) return 'leave';
  const answer = await select<Decision>({
    message: `${id} is under way. What shall become of it?`,
    options: [
      { value: 'leave', label: 'Leave it running, and end here' },
      { value: 'cancel', label: 'Cancel it' },
      { value: 'watch', label: 'Go on watching' },
    ],
    input: io.stdin,
    output: io.stderr,
  });
  return isCancel(answer) ? 'leave' : answer;
}
