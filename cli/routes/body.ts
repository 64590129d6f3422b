import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../failure.ts';
import type { Io } from '../io.ts';

/** How values get from the command line, files and stdin into bodies. */

/** All of stdin. @throws UsageError at a terminal, where nothing would ever come */
export async function readStdin({ stdin, terminal }: Pick<Io, 'stdin' | 'terminal'>): Promise<Buffer> {
  if (terminal.stdin) throw new UsageError('expected data on stdin: `… | posthorn …` or `posthorn … < file`');
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The bytes that a value names: `@file`, `-` for stdin, or its own text. */
export async function bytesOf(io: Io, value: string): Promise<Buffer> {
  if (value === '-' || value === '@-') return readStdin(io);
  if (value.startsWith('@')) return readFile(resolve(io.cwd, value.slice(1)));
  return Buffer.from(value);
}

/** A file by its path, or stdin for `-`. */
export const fileBytes = (io: Io, path: string): Promise<Buffer> =>
  bytesOf(io, path === '-' || path.startsWith('@') ? path : `@${path}`);

/** JSON that a value names, as above. @param name of the option, for the message @throws UsageError */
export async function jsonOf(io: Io, value: string, name: string): Promise<unknown> {
  const text = (await bytesOf(io, value)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${name}: expected JSON, @file with JSON, or - for stdin: ${(error as Error).message}`,
    );
  }
}

/** A value that is JSON if it can be read as such, and text if not: `--set name=orders`, `--set retry={"jitter":0}`. */
export function looseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const UNSAFE_NAMES = ['__proto__', 'constructor', 'prototype'];

/**
 * A body with one value set, at a path such as `retry.jitter` or `events.0`. The body itself stays as it is.
 * @throws UsageError where the path goes through what is no object
 */
export function withSet(body: unknown, assignment: string): unknown {
  const at = assignment.indexOf('=');
  if (at < 1) throw new UsageError(`--set: expected path=value, got ${JSON.stringify(assignment)}`);
  const path = assignment.slice(0, at).split('.');
  if (path.some((name) => name === '' || UNSAFE_NAMES.includes(name)))
    throw new UsageError(`--set: expected a path such as data.amount, got ${JSON.stringify(path.join('.'))}`);
  return setAt(body, path, looseValue(assignment.slice(at + 1)), path.join('.'));
}

function setAt(into: unknown, [name, ...rest]: readonly string[], value: unknown, whole: string): unknown {
  if (name === undefined) return value;
  if (Array.isArray(into)) {
    const place = Number(name);
    if (!Number.isInteger(place) || place < 0 || place > into.length)
      throw new UsageError(
        `--set ${whole}: expected a place from 0 to ${into.length} where ${JSON.stringify(name)} stands`,
      );
    const copy = [...into];
    copy[place] = setAt(into[place], rest, value, whole);
    return copy;
  }
  if (into !== undefined && into !== null && typeof into !== 'object')
    throw new UsageError(`--set ${whole}: ${JSON.stringify(name)} can't be set in ${JSON.stringify(into)}`);
  const object = (into ?? {}) as Record<string, unknown>;
  return { ...object, [name]: setAt(object[name], rest, value, whole) };
}
