import { UsageError } from '../failure.ts';

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A length of time in milliseconds, as `90s`, `15m`, `2h`, `7d`, `1w`; undefined for any other text. */
export function durationMs(text: string): number | undefined {
  const found = /^(\d{1,6})([smhdw])$/.exec(text);
  return found ? Number(found[1]) * UNITS[found[2] as keyof typeof UNITS] : undefined;
}

/** What `--timeout` gives, in milliseconds. @throws UsageError */
export function timeoutMs(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new UsageError(`--timeout: expected a time such as 30s or 5m, got ${JSON.stringify(text)}`);
}

/**
 * A time as the API takes it, from one that is typed: RFC 3339, a date, or how long from now.
 * @param direction -1 for what is past, such as `--from 2h`; 1 for what is to come, such as `--expires-at 30d`
 * @throws UsageError
 */
export function timeOf(text: string, now: number, direction: -1 | 1): string {
  const span = durationMs(text);
  if (span !== undefined) return new Date(now + direction * span).toISOString();
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text);
  if (isTime && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new UsageError(
    `expected a time such as 2026-03-01T12:00:00Z, or how long ${direction < 0 ? 'ago' : 'from now'} such as 2h or 7d, got ${JSON.stringify(text)}`,
  );
}
