/**
 * Recursive-loop detection: Lambda counts how often a function was invoked in one chain of requests, and stops the
 * chain. The count travels in the trace header, as `Lineage=<function>:<count>|…`; the AWS SDK sends the invocation's
 * header on, SQS keeps it with the message (`AWSTraceHeader`), and the event source mapping passes it to the next
 * invocation.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
import { createHash, randomUUID } from 'node:crypto';

/** Invocations of a function in a chain; the next one is stopped. AWS says "approximately 16". */
export const CHAIN_LIMIT = 16;

/** Invocations in the chain so far, by the name that a function has in a lineage. */
export type Lineage = ReadonlyMap<string, number>;

/** The chain in a trace header; empty where the header is missing or has no lineage. */
export function lineageOf(header: string | undefined): Lineage {
  const text = header?.split(';').find((part) => part.startsWith('Lineage='));
  const entries = text?.slice('Lineage='.length).split('|') ?? [];
  return new Map(
    entries.map((entry) => {
      const colon = entry.lastIndexOf(':');
      return [entry.slice(0, colon), Number(entry.slice(colon + 1))] as const;
    }),
  );
}

/**
 * The chain of a batch whose messages have several. AWS does not say how it merges them. Here each function has its
 * highest count of all chains, so that what is safe here is safe on AWS.
 */
export function merged(lineages: readonly Lineage[]): Lineage {
  const all = new Map<string, number>();
  for (const lineage of lineages) {
    for (const [name, count] of lineage) all.set(name, Math.max(count, all.get(name) ?? 0));
  }
  return all;
}

/** The name that a function has in a lineage: eight hexadecimal digits, as on AWS. */
export const lineageName = (functionArn: string): string =>
  createHash('sha256').update(functionArn).digest('hex').slice(0, 8);

/** The header of an invocation of the function, counting this invocation. */
export function traceHeader(lineage: Lineage, name: string): string {
  const counted = new Map(lineage).set(name, (lineage.get(name) ?? 0) + 1);
  const entries = [...counted].map(([each, count]) => `${each}:${count}`);
  const time = Math.floor(Date.now() / 1000).toString(16);
  // Node draws the randomness of many UUIDs at once.
  const [root, parent] = [randomUUID(), randomUUID()].map((id) => id.replaceAll('-', ''));
  return `Root=1-${time}-${root!.slice(0, 24)};Parent=${parent!.slice(0, 16)};Sampled=0;Lineage=${entries.join('|')}`;
}
