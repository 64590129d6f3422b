import type { HeldBytes, InvariantFactory } from './invariant.ts';

const NAME = 'memory is bounded';

/**
 * Peak resident memory under the heaviest load, in megabytes, with garbage that was not collected yet ("Memory of a function" in
 * docs/measured.md, by `npm run bench -- memory`). For functions that were not measured, the largest of dispatch, whose code they share.
 */
const MEASURED_MB: readonly (readonly [RegExp, number])[] = [
  [/^ingest/i, 195],
  [/^fanout/i, 153],
  [/^record/i, 149],
];
const OTHERS_MB = 124;

/** An event lives as text, as parsed JSON of about four times its size in V8, and as what is written of it. */
const COPIES_OF_EVENT = 6;
/** A payload lives as the answer's bytes and as a request's body; an answer of DynamoDB as text and parsed. */
const COPIES_OF_ANSWERS = 3;

const MB = 1024 * 1024;

/** What an invocation takes at most, in megabytes. The base is that of a whole process, so small events are in it already. */
function estimateMb(role: string, { event, answers }: HeldBytes): number {
  const [, base] = MEASURED_MB.find(([of]) => of.test(role)) ?? [undefined, OTHERS_MB];
  return base + (event * COPIES_OF_EVENT + answers * COPIES_OF_ANSWERS) / MB;
}

/** No invocation takes more memory than its function has. */
export const memoryBounded: InvariantFactory = ({ violated, heldBy, functionSize }) => ({
  name: NAME,
  watcher: {
    invoked(invocation) {
      const size = functionSize(invocation.functionName);
      const held = size && heldBy(invocation);
      if (!held) return;
      const mb = estimateMb(size.role, held);
      if (mb <= size.memoryMb) return;
      const { functionName, instance } = invocation;
      violated(
        NAME,
        `expected ${functionName} to take ${size.memoryMb} MB at most, it takes some ${Math.round(mb)} with an event of ${held.event} bytes and answers of ${held.answers}, in ${instance}`,
      );
    },
  },
});
