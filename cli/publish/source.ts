import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { UsageError } from '../failure.ts';
import type { Io } from '../io.ts';

/**
 * What a value names, to be read bit by bit: `@file`, `-` for stdin, or JSON as it stands there.
 * @throws UsageError at a terminal, where nothing would ever come
 */
export function sourceOf(
  { stdin, terminal, cwd }: Pick<Io, 'stdin' | 'terminal' | 'cwd'>,
  value: string,
): Readable {
  if (value === '-' || value === '@-') {
    if (terminal.stdin)
      throw new UsageError('expected data on stdin: `… | posthorn …` or `posthorn … < file`');
    return stdin;
  }
  if (value.startsWith('@')) return createReadStream(resolve(cwd, value.slice(1)));
  if (/^\s*[[{]/.test(value)) return Readable.from([Buffer.from(value)]);
  throw new UsageError(`expected @file, JSON, or - for stdin: is @${value} meant?`);
}
