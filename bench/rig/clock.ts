/** Milliseconds of the machine's monotonic clock, which all processes on it share. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Processor time that this process has used with all its threads, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
