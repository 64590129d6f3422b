/** Whether this machine has capacity for another worker. */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

/** Above this share, another worker would only take time from the present ones. */
const BUSY = 0.8;

/**
 * Starts watching. The returned function returns whether, since then, the process used most of the machine's cores, or
 * the main thread, which serves every call, was busy most of the time.
 */
export function watchMachine(): () => boolean {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const elapsedUs = (performance.now() - began) * 1000;
    const cores = (user + system) / (elapsedUs * availableParallelism());
    return Math.max(cores, performance.eventLoopUtilization(loop).utilization) > BUSY;
  };
}
