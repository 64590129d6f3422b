import {
  ApiError,
  AuthenticationError,
  ConflictError,
  NotAllowedError,
  RateLimitedError,
  type Schemas,
  ServerError,
} from '../../client/index.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { redrawnLine } from '../output/redrawn-line.ts';
import { safeText } from '../output/safe-text.ts';

/** An exact account of what has become of many events, in the order in which they were read. */

/** Where an event stands in what was read: both are counted from 1. */
export interface Place {
  readonly event: number;
  /** The line in which it begins, where it was read from lines. */
  readonly line?: number;
}

export type Verdict =
  | { readonly kind: 'accepted'; readonly id: string; readonly warnings?: readonly string[] | undefined }
  | {
      readonly kind: 'refused';
      readonly error: string;
      readonly message: string;
      readonly field?: string | undefined;
    }
  /** No answer came, so it may have been accepted. */
  | { readonly kind: 'unknown'; readonly message: string };

/** Whether an error is about the event itself, so that others may fare better. */
export const isOfEvent = (error: unknown): error is ApiError =>
  error instanceof ApiError &&
  !(
    error instanceof AuthenticationError ||
    error instanceof NotAllowedError ||
    error instanceof RateLimitedError
  ) &&
  (!(error instanceof ServerError) || error.kind === 'unreadable_item');

/** What an error says of an event that was sent. */
export function verdictOf(error: unknown): Verdict {
  const message = error instanceof Error ? error.message : String(error);
  if (
    !(error instanceof ApiError) ||
    (error instanceof ServerError && !isOfEvent(error)) ||
    error instanceof RateLimitedError
  )
    return { kind: 'unknown', message };
  // A request under the same key is under way: what it brings is not known.
  if (error instanceof ConflictError && error.kind === 'request_in_progress')
    return { kind: 'unknown', message };
  return { kind: 'refused', error: error.kind, message, field: error.field };
}

/** An answer's result for an event. @param field without the event's place */
export function verdictOfResult(
  result: Schemas['PublishedEvents']['events'][number] | undefined,
  field: (named: string | undefined) => string | undefined,
): Verdict {
  if (result === undefined) return { kind: 'unknown', message: 'expected a result for each' };
  if ('id' in result) return { kind: 'accepted', id: result.id, warnings: result.warnings };
  const { error, message, field: named } = result.error;
  return { kind: 'refused', error, message, field: field(named) };
}

export interface Totals {
  accepted: number;
  refused: number;
  unknown: number;
}

/** How often the counting line is drawn anew. */
const REDRAW_MS = 100;

export class Account {
  readonly totals: Totals = { accepted: 0, refused: 0, unknown: 0 };
  readonly #context: Pick<Context, 'io' | 'out'>;
  readonly #line: ReturnType<typeof redrawnLine>;
  readonly #names: (place: Place) => string;
  #drawnAt = Number.NEGATIVE_INFINITY;

  /** @param names how a place is named to a person */
  constructor(context: Pick<Context, 'io' | 'out'>, names: (place: Place) => string) {
    this.#context = context;
    this.#line = redrawnLine(context.io);
    this.#names = names;
  }

  /** With `--json` a line for each; for people a line for each that is not simply accepted. */
  async add(place: Place, verdict: Verdict): Promise<void> {
    const { out, io } = this.#context;
    this.totals[verdict.kind]++;
    if (out.isJson) {
      await out.line({ ...place, ...jsonOf(verdict) });
    } else {
      const text = textOf(verdict);
      if (text !== undefined) {
        this.#line.clear();
        await out.text(`${this.#names(place)}  ${text}`);
      }
    }
    if (io.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = io.now();
    this.#line.show(`${inWords(this.totals)} …`);
  }

  /** @returns 1 where one was not accepted */
  finish(): ExitCode {
    this.#line.clear();
    this.#context.out.note(`${inWords(this.totals)}.`);
    return this.totals.refused + this.totals.unknown === 0 ? EXIT.ok : EXIT.refused;
  }
}

function inWords({ accepted, refused, unknown }: Totals): string {
  const number = (count: number): string => count.toLocaleString('en-US');
  return [
    `${number(accepted)} accepted`,
    ...(refused > 0 ? [`${number(refused)} refused`] : []),
    ...(unknown > 0 ? [`${number(unknown)} without an answer`] : []),
  ].join(', ');
}

function jsonOf(verdict: Verdict): object {
  switch (verdict.kind) {
    case 'accepted':
      return { id: verdict.id, warnings: verdict.warnings };
    case 'refused':
      return { error: verdict.error, message: verdict.message, field: verdict.field };
    case 'unknown':
      return { error: 'no_answer', message: `${verdict.message}; it may have been accepted` };
  }
}

function textOf(verdict: Verdict): string | undefined {
  switch (verdict.kind) {
    case 'accepted':
      return (
        verdict.warnings && `accepted  ${safeText(verdict.id)}  but ${safeText(verdict.warnings.join('; '))}`
      );
    case 'refused':
      return `refused  ${safeText([verdict.field, verdict.message].filter(Boolean).join(': '))}`;
    case 'unknown':
      return `may have been accepted: ${safeText(verdict.message)}`;
  }
}
