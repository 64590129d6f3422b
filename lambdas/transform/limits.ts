import { MAX_PAYLOAD_BYTES } from '../events/payload.ts';

/** Of an expression's text, in bytes of UTF-8. */
export const MAX_EXPRESSION_BYTES = 8192;

const MB = 1024 * 1024;

/** What one evaluation may use. */
export const LIMITS = {
  /** Parts of the expression that are evaluated, each as often as it is. */
  steps: 200_000,
  /** Evaluations that are open at once: a function that calls itself has as many as its calls are deep. */
  depth: 5000,
  /** Members of an array or a sequence that is made on the way. */
  items: 1_000_000,
  /** Characters of a text that is made on the way. */
  textLength: 8 * MB,
  /** Of the process, at any time. It has 50 MB when it does nothing, and functions that run it have 512 MB in all. */
  residentBytes: 220 * MB,
  /** Of a machine that gives it no processor. Then nothing is said about the expression. */
  wallMs: 15_000,
} as const;

/** Milliseconds of the processor: a twentieth of a second, and as much for each MB that has to be read and written. */
export const cpuMsFor = (payloadBytes: number): number => 100 + Math.ceil((100 * payloadBytes) / MB);

/** Of the body that an expression makes: a payload that was taken can be sent on, however large it is. */
export const maxBodyBytes = (payloadBytes: number): number =>
  Math.min(MAX_PAYLOAD_BYTES, Math.max(MB, payloadBytes));

export const MAX_HEADERS = 20;
export const MAX_PATH_LENGTH = 2048;
