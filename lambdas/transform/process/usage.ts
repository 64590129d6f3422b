import { readFileSync } from 'node:fs';

/** What a process has used and uses. */
export interface Usage {
  /** Milliseconds of the processor, of all its threads. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** Linux counts a process's time in hundredths of a second, as `sysconf(_SC_CLK_TCK)` says for all machines there are. */
const MS_PER_TICK = 10;

/** What another process uses, as Linux says it (proc(5)); undefined where there is no Linux, or no such process. */
export function usageOf(pid: number): Usage | undefined {
  try {
    // The name, in parentheses, may hold anything. User and system time are the 14th and 15th field; the third comes after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
      residentBytes: Number(resident ?? 0) * 1024,
    };
  } catch {
    return undefined;
  }
}
