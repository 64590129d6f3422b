import { setImmediate as turn } from 'node:timers/promises';
import { evaluate } from '../../lambdas/matching/filters/compile.ts';
import { ENGINES } from '../../lambdas/matching/index/all-engines.ts';
import { buildTenantIndex, type MatchSource } from '../../lambdas/matching/index/tenant-index.ts';
import type { Envelope } from '../../lambdas/matching/language/envelope.ts';

/** What this process is told on its standard input, as JSON. */
export interface Told {
  readonly source: MatchSource;
  readonly envelope: Envelope;
}

/** What it answers on its standard output, as JSON. */
export interface BuildFigures {
  /** The first build of a process: no code of it is compiled yet. */
  readonly coldBuildMs: number;
  /** Of the heap, all subscriptions together. */
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
  const { envelope } = JSON.parse(text.toString()) as Told;
  for (const id of ids()) evaluate(index.byId(id)!.filter, envelope);
  const bytesUsed = (await heapBytes()) - before;
  // Used once more, so that it is not gone before it is measured.
  index.search(envelope);
  console.log(JSON.stringify({ coldBuildMs, bytes, bytesUsed } satisfies BuildFigures));
}

/** In a function of its own, so that what was read is gone when it ends, as it is in fanout. */
function build(text: Buffer) {
  const { source } = JSON.parse(text.toString()) as Told;
  const began = performance.now();
  const index = buildTenantIndex(source, ENGINES);
  const coldBuildMs = performance.now() - began;
  const ids = (): string[] => (JSON.parse(text.toString()) as Told).source.subscriptions.map(({ id }) => id);
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
    // What this turn has held is free in the next.
    await turn();
  }
  return process.memoryUsage().heapUsed;
}

await main();
