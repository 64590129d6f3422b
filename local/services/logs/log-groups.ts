/** CloudWatch Logs: groups whose lines become metrics, by the embedded format and by metric filters. Keeps no lines. */
import type { Log } from '../../core/log.ts';
import { type MetricValue, valuesIn } from './embedded-metrics.ts';
import type { Filter } from './filter-pattern.ts';

export interface MetricFilter {
  readonly matches: Filter;
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  /** What a line that matches counts as. */
  readonly value: number;
  /** What any other line counts as. Default: nothing. */
  readonly otherwise: number | undefined;
}

export type LogGroups = ReturnType<typeof createLogGroups>;

/** @param measure gets each value. Without it no line is read */
export function createLogGroups(log: Log, measure?: (value: MetricValue) => void) {
  const groups = new Map<string, MetricFilter[]>();

  function embedded(group: string, line: string): readonly MetricValue[] {
    if (!line.includes('"_aws"')) return [];
    try {
      return valuesIn(line);
    } catch (error) {
      log({ kind: 'cloud', text: `NoMetric  ${group}: ${(error as Error).message}` });
      return [];
    }
  }

  return {
    create: (group: string): void => void groups.set(group, []),

    has: (group: string): boolean => groups.has(group),

    addFilter: (group: string, filter: MetricFilter): void => void groups.get(group)?.push(filter),

    /** @param at milliseconds since the epoch */
    write(group: string, line: string, at: number): void {
      if (!measure) return;
      for (const value of embedded(group, line)) measure(value);
      const filters = groups.get(group) ?? [];
      if (filters.length === 0) return;
      const fields = fieldsOf(line);
      for (const { matches, namespace, name, unit, value, otherwise } of filters) {
        const counted = matches(fields) ? value : otherwise;
        if (counted !== undefined) measure({ namespace, name, dimensions: {}, unit, value: counted, at });
      }
    },
  };
}

function fieldsOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
