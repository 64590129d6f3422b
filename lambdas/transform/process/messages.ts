import * as z from 'zod/mini';
import type { Input } from '../input.ts';

/** What is said between a function and the process that evaluates. */

/** What to do. The process does one thing at a time. */
export type Ask =
  | { readonly kind: 'check'; readonly expression: string; readonly cpuMs: number }
  | {
      readonly kind: 'evaluate';
      readonly expression: string;
      readonly input: Input;
      readonly payload: Uint8Array;
      readonly cpuMs: number;
      readonly maxBodyBytes: number;
    };

const problem = z.object({
  kind: z.literal('problem'),
  /** Without anything of a payload. */
  message: z.string(),
  /** The same with the values that it is about, for whoever tries an expression. */
  shown: z.optional(z.string()),
  /** The character of the expression, from 1. */
  position: z.optional(z.number()),
  /** The expression used more than it may, of time or memory. */
  isOverrun: z.optional(z.literal(true)),
});
export type Problem = Readonly<z.infer<typeof problem>>;

const made = z.object({
  kind: z.literal('made'),
  body: z.optional(z.string()),
  contentType: z.optional(z.string()),
  headers: z.optional(z.record(z.string(), z.string())),
  path: z.optional(z.string()),
});
/** What an expression made, as it made it. */
export type Made = Readonly<z.infer<typeof made>>;

const answer = z.discriminatedUnion('kind', [problem, made, z.object({ kind: z.literal('fine') })]);
export type Answer = Readonly<z.infer<typeof answer>>;

/** @throws for what no process of ours says */
export const readAnswer = (message: unknown): Answer => answer.parse(message);
