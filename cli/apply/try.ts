import type { Posthorn } from '../../client/index.ts';
import { type Outcome, requestsOf, type Trial } from './plan.ts';

/** The API takes bodies of 512 KiB. What alone is larger is larger than anything that it keeps. */
const MAX_BYTES = 400 * 1024;

/** What the API says that calls would do, each by itself, in their order. */
export async function tried(
  api: Posthorn,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes = new Map<Trial, Outcome>();
  const isSent = (trial: Trial): boolean => Buffer.byteLength(JSON.stringify(trial)) <= MAX_BYTES;
  for (const calls of requestsOf(trials.filter(isSent), MAX_BYTES)) {
    const { items } = await api.dryRun({ body: { calls: [...calls] } }, { signal });
    for (const [at, call] of calls.entries()) outcomes.set(call, items[at]!);
  }
  const message = `expected at most ${MAX_BYTES / 1024} KiB of JSON`;
  return trials.map((trial) => outcomes.get(trial) ?? { error: 'payload_too_large', message });
}
