import picocolors from 'picocolors';
import type { Io } from '../io.ts';

export type Colours = ReturnType<typeof picocolors.createColors>;

/** Colours for a stream: none without a terminal, with `NO_COLOR` (https://no-color.org) or `TERM=dumb`. */
export function coloursFor(
  { env, terminal }: Pick<Io, 'env' | 'terminal'>,
  stream: 'stdout' | 'stderr',
): Colours {
  const isWanted = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const isUnwanted = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb' || env.FORCE_COLOR === '0';
  return picocolors.createColors(!isUnwanted && (isWanted || terminal[stream]));
}
