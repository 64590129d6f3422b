import { isUtf8 } from 'node:buffer';
import { UsageError } from '../failure.ts';
import type { Place } from './account.ts';

/** Reading events or log records one after the other: JSON in lines, or an array. Pure. */

/** JSON as it is written, or why it is none. */
export type Record = Required<Place> & ({ readonly text: string } | { readonly problem: string });

export interface Records {
  readonly isArray: boolean;
  readonly records: AsyncIterable<Record>;
}

/**
 * Lines are read as they come. An array is read as a whole, so that nothing of one that is cut off is published.
 * @throws UsageError for an array that is no JSON
 */
export async function recordsIn(chunks: AsyncIterable<Uint8Array>): Promise<Records> {
  const source = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let isEnd = false;
  // A byte-order mark is complete with its third byte.
  while (!isEnd && (head.length < BOM.length || firstCharacter(head) === undefined)) {
    const next = await source.next();
    isEnd = next.done === true;
    if (!next.done) head = Buffer.concat([head, next.value]);
  }
  const rest = { [Symbol.asyncIterator]: () => source };
  if (firstCharacter(head) !== '[') return { isArray: false, records: lines(joined(head, rest)) };
  const all: Uint8Array[] = [];
  for await (const chunk of joined(head, rest)) all.push(chunk);
  return { isArray: true, records: each(elements(Buffer.concat(all))) };
}

const BOM = Buffer.from('\ufeff');

const withoutBom = (bytes: Buffer): Buffer =>
  bytes.subarray(0, BOM.length).equals(BOM) ? bytes.subarray(BOM.length) : bytes;

/** The first one that is no white space, in JSON's sense. */
const firstCharacter = (bytes: Buffer): string | undefined =>
  /[^ \t\r\n]/.exec(withoutBom(bytes).toString('latin1'))?.[0];

async function* joined(head: Buffer, rest: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield withoutBom(head);
  yield* rest;
}

async function* each<T>(values: Iterable<T>): AsyncIterable<T> {
  yield* values;
}

/** Lines end with a line feed alone: other line ends may stand in texts of JSON. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Record> {
  const pieces: Uint8Array[] = [];
  const place = { event: 0, line: 0 };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, from)) {
      pieces.push(chunk.subarray(from, at));
      from = at + 1;
      yield* line(Buffer.concat(pieces.splice(0)), place);
    }
    pieces.push(chunk.subarray(from));
  }
  yield* line(Buffer.concat(pieces), place);
}

/** Empty lines are counted, and passed over. */
function* line(bytes: Buffer, place: { event: number; line: number }): Iterable<Record> {
  place.line++;
  const text = bytes.toString('utf8').trim();
  if (text === '') return;
  place.event++;
  if (!isUtf8(bytes)) yield { ...place, problem: 'expected UTF-8' };
  else yield { ...place, ...readJson(text) };
}

function readJson(text: string): { readonly text: string } | { readonly problem: string } {
  try {
    JSON.parse(text);
    return { text };
  } catch (error) {
    return { problem: `expected JSON in each line, or an array: ${(error as Error).message}` };
  }
}

/** The elements of an array as they are written. @throws UsageError */
function elements(bytes: Buffer): Iterable<Record> {
  if (!isUtf8(bytes)) throw new UsageError('expected an array of JSON in UTF-8');
  const text = bytes.toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    throw new UsageError(`expected an array of JSON, or JSON in lines: ${(error as Error).message}`);
  }
  return slices(text);
}

/** @param text of an array that is JSON */
function* slices(text: string): Iterable<Record> {
  // What matters: texts, brackets, commas, line ends.
  const parts = /["[\]{},\n]/g;
  let depth = 0;
  let line = 1;
  let event = 0;
  let from = 0;
  for (let found = parts.exec(text); found; found = parts.exec(text)) {
    const { 0: part, index } = found;
    if (part === '"') parts.lastIndex = endOfText(text, index) + 1;
    else if (part === '\n') line++;
    else if (part === '[' || part === '{') {
      if (++depth === 1) from = index + 1;
    } else if (part === ']' || part === '}' || part === ',') {
      const isEnd = part === ',' ? depth === 1 : --depth === 0;
      const element = isEnd ? text.slice(from, index) : '';
      if (isEnd) from = index + 1;
      if (element.trim() !== '') {
        const after = element.length - element.trimStart().length;
        // The line in which it begins.
        const within = element.slice(after).split('\n').length - 1;
        yield { event: ++event, line: line - within, text: element.trim() };
      }
    }
  }
}

/** The quote that ends a text of JSON. No regular expression finds it in a text of millions of escapes. */
function endOfText(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); ; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text[before - 1] === '\\') before--;
    if ((at - before) % 2 === 0) return at;
  }
}
