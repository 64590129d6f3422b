import { vi } from 'vitest';

/** What functions print during a run: warnings, and metrics with their values. */
export interface Printed {
  readonly warnings: readonly Readonly<Record<string, unknown>>[];
  /** Sums by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** All lines. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** Runs a function and returns what it printed; `result` is its result, or what it throws. */
export async function printedBy(
  run: () => Promise<unknown>,
): Promise<Printed & { readonly result: unknown }> {
  const lines: Record<string, unknown>[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
  try {
    const result = await run().catch((error: unknown) => error);
    return {
      result,
      warnings: lines.filter(({ level }) => level === 'WARN'),
      metrics: metricsOf(lines),
      lines,
    };
  } finally {
    write.mockRestore();
  }
}

/** Runs without printing. */
export async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { result } = await printedBy(async () => ({ value: await run() }));
  if (!Object.hasOwn(result as object, 'value')) throw result;
  return (result as { value: T }).value;
}

function metricsOf(lines: readonly Record<string, unknown>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { _aws, Environment: _, Lane: __, Reason: ___, ...values } of lines) {
    if (!_aws) continue;
    for (const [name, value] of Object.entries(values)) sums[name] = (sums[name] ?? 0) + Number(value);
  }
  return sums;
}
