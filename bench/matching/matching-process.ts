import { setImmediate as nextTick } from 'node:timers/promises';
import { evaluate } from '../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../lambdas/matching/index/all-engines.ts';
import { buildTenantIndex, type MatchSource } from '../../lambdas/matching/index/tenant-index.ts';
import type { Envelope } from '../../lambdas/matching/language/envelope.ts';

/** The JSON on this process's standard input. */
export interface BuildInput {
  readonly source: MatchSource;
  readonly envelope: Envelope;
}

/** The JSON on its standard output. */
export interface BuildFigures {
  /** The first build of a process, before its code is compiled. */
  readonly coldBuildMs: number;
  /** Heap bytes of all subscriptions. */
  readonly bytes: number;
  /** The same after each query and expression has been used. */
  readonly bytesUsed: number;
}

/** Builds one index in a process of its own, run with --expose-gc. */
async function main(): Promise<void> {
  const text = await readAll();
  const before = await heapBytes();
  const { index, ids, coldBuildMs } = build(text);
  const bytes = (await heapBytes()) - before;
  const { envelope } = JSON.parse(text.toString()) as BuildInput;
  for (const id of ids()) evaluate(index.byId(id)!.filter, envelope);
  const bytesUsed = (await heapBytes()) - before;
  // Uses the index once more, so that it is not collected before it is measured.
  index.search(envelope);
  console.log(JSON.stringify({ coldBuildMs, bytes, bytesUsed } satisfies BuildFigures));
}

/** A separate function, so that the parsed input is collected when it ends, as in fanout. */
function build(text: Buffer) {
  const { source } = JSON.parse(text.toString()) as BuildInput;
  const began = performance.now();
  const index = buildTenantIndex(source, ENGINES);
  const coldBuildMs = performance.now() - began;
  const ids = (): string[] =>
    (JSON.parse(text.toString()) as BuildInput).source.subscriptions.map(({ id }) => id);
  return { index, ids, coldBuildMs };
}

/** A buffer is not on the heap. */
async function readAll(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    // Objects that this tick holds are free in the next.
    await nextTick();
  }
  return process.memoryUsage().heapUsed;
}

await main();
