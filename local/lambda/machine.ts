/** What this process and its environments use of the machine. */
import { availableParallelism } from 'node:os';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import type { Usage } from './growth.ts';

/** Every environment of this process: several clouds share one machine. */
const environments = new Set<Worker>();

/** Counts an environment until its thread ends. */
export function countEnvironment(worker: Worker): void {
  environments.add(worker);
  worker.on('exit', () => environments.delete(worker));
}

/** Starts watching. The returned function says how the time since then was used. @param own threads of one function */
export function watchMachine(own: () => readonly Worker[]): () => Usage {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const before = new Map([...environments].map((each) => [each, each.performance.eventLoopUtilization()]));
  const shareOf = (worker: Worker): number =>
    shareIn(worker.performance.eventLoopUtilization(before.get(worker)));
  return () => {
    const overMs = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    const loops = [...environments].map(shareOf);
    const main = performance.eventLoopUtilization(loop).utilization;
    // That a thread waits for a core is seen in its loop alone; garbage collection in the used time alone.
    const computing = Math.max(sum(loops) + main, (user + system) / 1000 / overMs);
    return { overMs, computing, own: sum(own().map(shareOf)), main, cores: availableParallelism() };
  };
}

/** The share of the time in which a thread computed. A loop that has not begun belongs to a thread that is loading. */
const shareIn = ({ active, idle, utilization }: EventLoopUtilization): number =>
  active + idle === 0 ? 1 : Math.max(0, utilization);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
