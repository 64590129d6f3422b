import { type ArgsOf, ConflictError, NotFoundError, type Posthorn, type Result } from '../../client/index.ts';
import { CommandError } from '../failure.ts';

/** The listener of this process, as long as it runs. */

export type Listener = Result<'createListener'>;
export type NewListener = ArgsOf<'createListener'>['body'];

/** Ctrl-C waits no longer. */
const END_MS = 5000;

export async function createListener(
  api: Posthorn,
  body: NewListener,
  signal: AbortSignal,
): Promise<Listener> {
  try {
    return await api.createListener({ body }, { signal });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    throw new CommandError(error.message, {
      hint: '`posthorn listeners list` shows them, `posthorn listeners delete` ends one. One that was killed ends by itself within minutes.',
    });
  }
}

/** @returns whether it is gone */
export async function endListener(api: Posthorn, id: string): Promise<boolean> {
  try {
    await api.deleteListener({ id }, { timeoutMs: END_MS, signal: AbortSignal.timeout(END_MS) });
    return true;
  } catch (error) {
    return error instanceof NotFoundError;
  }
}
