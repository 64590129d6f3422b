import type { Kernel } from '../kernel/kernel.ts';
import type { SimulatedFunction } from './account.ts';

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds of `rate(5 minutes)`. @throws for what is no rate: no rule of the stack is */
export function rateMs(expression: string): number {
  const [, count, unit = ''] = /^rate[(](\d+) (minute|hour|day)s?[)]$/.exec(expression) ?? [];
  if (count === undefined) throw new Error(`expected a rate, such as rate(5 minutes), got ${expression}`);
  return Number(count) * UNITS[unit]!;
}

/**
 * Invokes a function at a rate, asynchronously: an invocation that fails is tried twice more, after one and two minutes.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function schedule(kernel: Kernel, everyMs: number, target: SimulatedFunction, offsetMs: number): void {
  const run = async (tries: number): Promise<void> => {
    const invocation = await target.invoke({}, 0);
    if (invocation.kind === 'failed' && tries < 3) kernel.after(tries * 60_000, () => void run(tries + 1));
  };
  const next = (): void => {
    void run(1);
    kernel.after(everyMs, next);
  };
  kernel.after(offsetMs, next);
}
