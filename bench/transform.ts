import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { inputOf } from '../lambdas/transform/input.ts';
import { cpuMsFor, maxBodyBytes } from '../lambdas/transform/limits.ts';
import { createSandbox } from '../lambdas/transform/process/sandbox.ts';
import { usageOf } from '../lambdas/transform/process/usage.ts';
import { buildOptions } from '../lib/constructs/build.ts';
import { round } from './rig/statistics.ts';

/** What a transformation costs: the way to its process and back included. */
export interface TransformFigures {
  /** From nothing to the first answer. */
  readonly startMs: number;
  readonly evaluations: readonly {
    readonly name: string;
    readonly wallMs: number;
    /** Of the processor, in both processes, as Linux says it. */
    readonly cpuMs: number;
    /** Of a million, at 0.3 of a processor. */
    readonly dollars: number;
  }[];
}

const item = { sku: 'tea', quantity: 2, price: 4.5, note: 'a note of some length' };
const payload = (items: number) => ({
  order: 'A 17',
  customer: { name: 'Ada' },
  items: Array(items).fill(item),
});

const CASES = [
  ['as it is', '{"body": data}', 1],
  ['a message', '{"body": {"text": type & ": " & data.order & " of " & data.customer.name}}', 1],
  ['a list of 10', '{"body": {"lines": data.items.{"article": sku, "sum": quantity * price}[]}}', 10],
  ['a list of 200', '{"body": {"lines": data.items.{"article": sku, "sum": quantity * price}[]}}', 200],
] as const;

/** Lambda's price of a GB and second on arm64; a function of 512 MB has 0.3 of a processor. */
const DOLLARS_PER_CPU_MS = ((0.0000133334 / 1000) * 0.5) / 0.3;

export async function measureTransform(size: 'full' | 'quick'): Promise<TransformFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-bench-'));
  const { entryPoints, ...options } = buildOptions('dispatch', folder);
  const { index: _, ...processes } = entryPoints;
  buildSync({ ...options, entryPoints: processes });
  const sandbox = createSandbox(pathToFileURL(join(folder, 'transformer.mjs')));
  const evaluate = (expression: string, bytes: Uint8Array) =>
    sandbox.ask('tenant', {
      kind: 'evaluate',
      expression,
      input: inputOf(EVENT, { id: 'tgt_1' }),
      payload: bytes,
      cpuMs: cpuMsFor(bytes.length),
      maxBodyBytes: maxBodyBytes(bytes.length),
    });
  const begun = performance.now();
  await evaluate('{}', Buffer.from('{}'));
  const startMs = round(performance.now() - begun);
  const evaluations: TransformFigures['evaluations'][number][] = [];
  for (const [name, expression, items] of CASES) {
    const bytes = Buffer.from(JSON.stringify(payload(items)));
    const runs = size === 'full' ? 5000 : 1000;
    for (let i = 0; i < 200; i++) await evaluate(expression, bytes);
    const [from, cpu] = [performance.now(), usedMs()];
    for (let i = 0; i < runs; i++) await evaluate(expression, bytes);
    const wallMs = (performance.now() - from) / runs;
    const cpuMs = (usedMs() - cpu) / runs;
    evaluations.push({
      name,
      wallMs: round(wallMs, 3),
      cpuMs: round(cpuMs, 3),
      dollars: round(cpuMs * DOLLARS_PER_CPU_MS * 1_000_000, 4),
    });
  }
  sandbox.end();
  return { startMs, evaluations };
}

/** Of this process and the one that it has started. */
function usedMs(): number {
  const [child] = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ');
  return usageOf(process.pid)!.cpuMs + usageOf(Number(child))!.cpuMs;
}

const EVENT = {
  id: 'evt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  ulid: '01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  type: 'order.created',
  contentType: 'application/json',
};

export function printTransform({ startMs, evaluations }: TransformFigures): void {
  console.log(`the process starts and answers in ${startMs} ms`);
  console.table(evaluations);
}
