import { once } from 'node:events';
import type { Io } from '../io.ts';
import { type Colours, coloursFor } from './colours.ts';
import { safeColoured, safeLines } from './safe-text.ts';
import { inTone, recordOf, tableOf } from './table.ts';
import { type Column, fieldValue, textOf, toneOfState } from './value.ts';

/** How a command says what it has to say: data on stdout, all else on stderr. */
export interface Out {
  /** Whether `--json` was given: then nothing but JSON goes to stdout. */
  readonly isJson: boolean;
  /** Colours of stdout. */
  readonly colours: Colours;
  /** A table for people. With `--json` it prints nothing: say `json` of the whole answer besides. */
  rows(columns: readonly Column[], items: readonly unknown[], empty: string): Promise<void>;
  /** Fields of one thing, for people: those of the columns that are there. */
  record(columns: readonly Column[], item: unknown): Promise<void>;
  /** One document, indented. */
  json(value: unknown): Promise<void>;
  /** One line of a stream: JSON. */
  line(value: unknown): Promise<void>;
  /** Text on stdout, for people. Text of others in it is to be made safe before, or it may have colours. */
  text(text: string): Promise<void>;
  /** Bytes on stdout, as they are; at a terminal without what would control it. */
  raw(bytes: Uint8Array | string): Promise<void>;
  /** Text that is drawn over `before` lines of earlier text, at a terminal. */
  redraw(text: string, before: number): Promise<void>;
  /** Something to know, on stderr. */
  note(text: string): void;
  /** Something to know, in yellow. */
  warn(text: string): void;
}

/** C1 controls and marks of direction are no more than text to JSON, and more than that to a terminal. */
const jsonText = (value: unknown, indent?: number): string =>
  safeLines(JSON.stringify(value, undefined, indent));

const textIn = (bytes: Uint8Array | string): string =>
  typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8');

export function outOf(io: Io, isJson: boolean): Out {
  const colours = coloursFor(io, 'stdout');
  const onStderr = coloursFor(io, 'stderr');
  const write = async (text: string | Uint8Array): Promise<void> => {
    if (!io.stdout.write(text)) await once(io.stdout, 'drain');
  };
  return {
    isJson,
    colours,
    async rows(columns, items, empty) {
      if (isJson) return;
      if (items.length === 0) return void io.stderr.write(`${empty}\n`);
      const width = io.terminal.stdout ? io.columns : undefined;
      await write(`${await tableOf(columns, items, colours, width)}\n`);
    },
    async record(columns, item) {
      if (isJson) return;
      const fields = columns
        .map((column) => [column, fieldValue(item, column)] as const)
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([{ title, tone = toneOfState }, value]) => {
          const text = textOf(value);
          return [title, inTone(colours, tone(text), text)] as const;
        });
      await write(`${recordOf(fields, colours)}\n`);
    },
    json: (value) => write(`${jsonText(value, 2)}\n`),
    line: (value) => write(`${jsonText(value)}\n`),
    text: (text) => write(`${safeColoured(text)}\n`),
    raw: (bytes) => write(io.terminal.stdout ? safeLines(textIn(bytes)) : bytes),
    // To the first line of what was drawn before, and clear all below.
    redraw: (text, before) =>
      write(`${before > 0 ? `\u001b[${before}A\u001b[0J` : ''}${safeColoured(text)}\n`),
    note: (text) => void io.stderr.write(`${safeLines(text)}\n`),
    warn: (text) => void io.stderr.write(`${onStderr.yellow(safeLines(text))}\n`),
  };
}
