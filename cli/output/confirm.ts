import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { CommandError, UsageError } from '../failure.ts';

/**
 * Asks before something that can't be taken back.
 * @throws UsageError without a terminal to ask at; CommandError when the answer is no
 */
export async function confirmed({ io }: Context, question: string, isYes: boolean): Promise<void> {
  if (isYes) return;
  if (!io.terminal.stdin || !io.terminal.stderr)
    throw new UsageError(`${question} Without a terminal nobody can be asked: expected --yes`);
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({
    message: question,
    initialValue: false,
    input: io.stdin,
    output: io.stderr,
    signal: io.signal,
  });
  if (isCancel(answer)) throw new CommandError('nothing was done', { code: EXIT.interrupted });
  if (!answer) throw new CommandError('nothing was done');
}
