import type { Io } from '../io.ts';
import { safeText } from './safe-text.ts';

/** A line on stderr that is written over again and again. Without a terminal there is none. */
export interface RedrawnLine {
  show(text: string): void;
  clear(): void;
}

const TO_BEGIN_AND_ERASED = '\r\u001b[2K';

/**
 * clack's own bar takes the keyboard over, and ends the process with 0 at Ctrl-C, whatever there would be to ask or to say.
 */
export function redrawnLine({ stderr, terminal, env }: Pick<Io, 'stderr' | 'terminal' | 'env'>): RedrawnLine {
  if (!terminal.stderr || env.TERM === 'dumb') return { show() {}, clear() {} };
  let isShown = false;
  return {
    show(text) {
      isShown = true;
      stderr.write(`${TO_BEGIN_AND_ERASED}${safeText(text)}`);
    },
    clear() {
      if (isShown) stderr.write(TO_BEGIN_AND_ERASED);
      isShown = false;
    },
  };
}
