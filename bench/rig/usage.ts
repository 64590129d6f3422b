import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What Linux tells of a running process. Elsewhere there is nothing to read, and each answer is undefined. */
const processDir = (pid: number): string | undefined =>
  existsSync(`/proc/${pid}/smaps_rollup`) ? `/proc/${pid}` : undefined;

/** Its share of the machine's memory, pages shared with others divided among them (PSS), in bytes. */
export async function memoryOf(pid: number): Promise<number | undefined> {
  const dir = processDir(pid);
  return dir === undefined ? undefined : kilobytes(await readFile(`${dir}/smaps_rollup`, 'utf8'), 'Pss');
}

/** The most resident memory that it has had since its start, in bytes. */
export function peakOf(pid: number): number | undefined {
  const dir = processDir(pid);
  return dir === undefined ? undefined : kilobytes(readFileSync(`${dir}/status`, 'utf8'), 'VmHWM');
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
}

/** A thread's name and the processor time that it has used, in milliseconds, by its id. */
export type Threads = ReadonlyMap<string, { readonly name: string; readonly ms: number }>;

/** Linux counts a thread's time in these, whatever the kernel's own clock is (USER_HZ). */
const TICK_MS = 10;

export function threadsOf(pid: number): Threads | undefined {
  const dir = processDir(pid);
  if (dir === undefined) return undefined;
  return new Map(
    readdirSync(`${dir}/task`).flatMap((id) => {
      const thread = threadAt(`${dir}/task/${id}`);
      return thread ? [[id, id === String(pid) ? { ...thread, name: 'MainThread' } : thread]] : [];
    }),
  );
}

/** Undefined if the thread has ended in the meantime. */
function threadAt(dir: string): { name: string; ms: number } | undefined {
  try {
    const name = readFileSync(`${dir}/comm`, 'utf8').trim();
    // The name in parentheses may hold anything. utime and stime are fields 14 and 15 of all.
    const fields = readFileSync(`${dir}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { name, ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return undefined;
  }
}

/** Linux keeps so much of a thread's name. */
const NAME_LENGTH = 15;

const MAIN = 'main thread';
const HELPERS = "V8's helpers";
const OTHERS = 'others, and threads that ended';

/**
 * Processor milliseconds between two readings by kind of thread: the main thread, V8's helpers (garbage collection and
 * compilation for all isolates), and the workers of each function.
 * @param totalMs what the whole process used meanwhile; threads that ended left it nowhere else
 */
export function timeByKind(
  before: Threads,
  after: Threads,
  totalMs: number,
  functions: readonly string[],
): Record<string, number> {
  const kinds: Record<string, number> = {};
  let known = 0;
  for (const [id, { name, ms }] of after) {
    const used = ms - (before.get(id)?.ms ?? 0);
    const kind = kindOf(name, functions);
    if (kind === OTHERS) continue;
    kinds[kind] = (kinds[kind] ?? 0) + used;
    known += used;
  }
  return { ...kinds, [OTHERS]: Math.max(0, totalMs - known) };
}

function kindOf(name: string, functions: readonly string[]): string {
  if (name === 'MainThread') return MAIN;
  if (name.startsWith('V8Worker') || name.startsWith('DelayedTask')) return HELPERS;
  return functions.find((fn) => fn.slice(0, NAME_LENGTH) === name) ?? OTHERS;
}
