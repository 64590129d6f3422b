import { OverrunError } from './budget.ts';
import type { Problem } from './messages.ts';

/** As JSONata throws it. */
interface Thrown {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly position?: unknown;
  readonly value?: unknown;
  readonly value2?: unknown;
  readonly exp?: unknown;
}

/** What the expression itself wants to say, by `$error` and `$assert`: it may hold anything of a payload. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  D3137: 'the expression raised an error, by $error',
  D3141: 'the expression raised an error, by $assert',
};

/** Bounds that JSONata holds by itself: depth, time, length of sequences. */
const OVERRUN_CODES = new Set(['D1011', 'D1012', 'D2014', 'D2015']);

/** What went wrong with an evaluation. */
export function runtimeProblem(thrown: unknown): Problem {
  if (thrown instanceof OverrunError) return overrun(thrown.message);
  if (thrown instanceof RangeError) return overrun('it made something too large or too deeply nested');
  const { code, position, message } = thrown as Thrown;
  const shown = typeof message === 'string' ? message : 'it failed';
  return {
    kind: 'problem',
    message:
      typeof code === 'string' ? (OWN_WORDS[code] ?? withoutValues(shown, thrown as Thrown)) : 'it failed',
    shown: shown.slice(0, MAX_SHOWN),
    ...(typeof position === 'number' && { position }),
    ...(OVERRUN_CODES.has(String(code)) && { isOverrun: true }),
  };
}

const MAX_SHOWN = 1000;

const overrun = (message: string): Problem => ({ kind: 'problem', message, isOverrun: true });

/** JSONata's messages quote values, as JSON. */
function withoutValues(message: string, { value, value2, exp }: Thrown): string {
  return [value, value2, exp].reduce<string>((text, one) => {
    const quoted = quotedAs(one);
    return quoted ? text.replaceAll(quoted, '…') : text;
  }, message);
}

function quotedAs(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
