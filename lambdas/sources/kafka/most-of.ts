/** A little more than any payload that is taken. */
const MAX = 5_000_000;

/**
 * How much a value may become, inflated or as JSON, in bytes. Few bytes can stand for very much, in zlib for a thousand times as
 * many, and a batch has thousands of values: one that takes all of a function's time or memory comes again, and its partition
 * stands still. Data of programs shrinks to a twentieth, and Avro to a tenth of JSON.
 */
export const mostOf = (bytes: number): number => Math.min(MAX, 16 * 1024 + 128 * bytes);
