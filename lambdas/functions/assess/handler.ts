import type { Context } from 'aws-lambda';
import { type Part, runInTurn } from '../../alerting/in-turn.ts';

/** What is judged, in this order. A part of its own for each question, with its own tables and its own state. */
const parts: readonly Part[] = [];

/** Judges what has been counted, and tells those concerned of what changed. */
export const handler = (_event: unknown, context: Context): Promise<void> =>
  runInTurn(parts, () => context.getRemainingTimeInMillis());
