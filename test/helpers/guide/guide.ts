import { STATUS_CODES } from 'node:http';
import { isObject } from '../../../lambdas/values/json.ts';

/** An answer as a guide shows it. */
export interface ShownAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
}

/** A request that a guide says the receiver gets. */
export interface ShownArrival extends Omit<ShownAnswer, 'status'> {
  readonly path: string;
}

/** One step of a reader, or one result. `at` is the line of the page. */
export type Step =
  | { readonly kind: 'command'; readonly at: number; readonly line: string; readonly shown?: ShownAnswer }
  /** `NAME=<path>`: the reader takes a value out of the last answer. */
  | { readonly kind: 'keep'; readonly at: number; readonly name: string; readonly path: string }
  /** `NAME=text`, or with `$(…)` what a program prints. */
  | { readonly kind: 'set'; readonly at: number; readonly name: string; readonly value: string }
  | { readonly kind: 'arrival'; readonly at: number; readonly shown: ShownArrival };

export interface Section {
  readonly title: string;
  readonly steps: readonly Step[];
}

interface Block {
  readonly kind: 'title' | 'status' | 'text' | 'fence';
  readonly at: number;
  readonly text: string;
  /** The language of a fence. */
  readonly language?: string;
}

/**
 * Reads a guide in Markdown. Its blocks of code are `sh` (lines to run), `json` or `text` (the body of the answer to
 * the last of them, with the status in a paragraph before it, `201 Created` as code) and `http` (an answer with
 * headers, or a request that arrives).
 * @throws Error, with the line, for a block of code that is not understood, so that none goes unread
 */
export function readGuide(markdown: string): Section[] {
  const sections: { title: string; steps: Step[] }[] = [{ title: 'introduction', steps: [] }];
  let status: number | undefined;
  for (const block of blocksOf(markdown)) {
    const { steps } = sections.at(-1)!;
    if (block.kind === 'title') sections.push({ title: block.text, steps: [] });
    if (block.kind === 'status') {
      status = statusOf(block);
      show(steps, block, { status, headers: [], body: undefined });
      continue;
    }
    if (block.kind === 'fence') readFence(steps, block, status);
    status = undefined;
  }
  return sections.filter(({ steps }) => steps.length > 0);
}

function readFence(steps: Step[], block: Block, status: number | undefined): void {
  const { language, at, text } = block;
  if (language === 'sh') steps.push(...commandsOf(block));
  else if (language === 'http') readHttp(steps, block);
  else if (language === 'json' || language === 'text') {
    if (status === undefined) throw new Error(`line ${at}: no status before this answer`);
    show(steps, block, { status, headers: [], body: text });
  } else throw new Error(`line ${at}: not a block of sh, json, text or http`);
}

/** Attaches the shown answer to the last command. */
function show(steps: Step[], { at }: Block, shown: ShownAnswer): void {
  const last = steps.pop();
  if (last?.kind !== 'command') throw new Error(`line ${at}: an answer, but not to a command`);
  steps.push({ ...last, shown });
}

function readHttp(steps: Step[], block: Block): void {
  const [head = '', body] = block.text.split(/\n\n(.*)/s);
  const [first = '', ...lines] = head.split('\n');
  const headers = lines.map((line) => {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`line ${block.at}: no header: ${line}`);
    return [name, value!] as const;
  });
  const path = /^POST (\S+) HTTP\/1\.1$/.exec(first)?.[1];
  if (path !== undefined) {
    steps.push({ kind: 'arrival', at: block.at, shown: { path, headers, body } });
    return;
  }
  const status = statusOf({ ...block, text: first.replace(/^HTTP\/1\.1 /, '') });
  show(steps, block, { status, headers, body });
}

const STATUS = /^(\d{3}) ([A-Za-z ]+)$/;

function statusOf({ at, text }: Block): number {
  const [, status, words] = STATUS.exec(text) ?? [];
  if (status && STATUS_CODES[status] === words) return Number(status);
  throw new Error(`line ${at}: expected a status with its words, got ${text}`);
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let fence: { at: number; language: string; lines: string[] } | undefined;
  for (const [i, line] of markdown.split('\n').entries()) {
    const at = i + 1;
    if (fence && line === '```') {
      blocks.push({ kind: 'fence', ...fence, text: fence.lines.join('\n') });
      fence = undefined;
    } else if (fence) fence.lines.push(line);
    else if (line.startsWith('```')) fence = { at, language: line.slice(3), lines: [] };
    else if (/^\s+```/.test(line)) throw new Error(`line ${at}: a block of code that is indented`);
    else if (line.startsWith('## ')) blocks.push({ kind: 'title', at, text: line.slice(3) });
    else if (line !== '') blocks.push(paragraph(line, at));
  }
  if (fence) throw new Error(`line ${fence.at}: a block of code without an end`);
  return blocks;
}

function paragraph(line: string, at: number): Block {
  if (/\bcurl\s+[-"'$]/.test(line)) throw new Error(`line ${at}: a line of curl outside of a block of code`);
  const code = /^`([^`]+)`$/.exec(line)?.[1];
  return code !== undefined && STATUS.test(code)
    ? { kind: 'status', at, text: code }
    : { kind: 'text', at, text: line };
}

function commandsOf({ at, text }: Block): Step[] {
  const steps: Step[] = [];
  let pending = '';
  let from = at + 1;
  for (const [i, line] of text.split('\n').entries()) {
    pending += pending === '' ? line : `\n${line}`;
    if (isOpen(pending)) continue;
    if (pending.trim() !== '') steps.push(stepOf(pending, from));
    pending = '';
    from = at + 2 + i;
  }
  if (pending !== '') throw new Error(`line ${from}: a quote without an end`);
  return steps;
}

/** Whether a command continues on the next line: within quotes, or after a backslash. */
function isOpen(text: string): boolean {
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\\' && quote !== "'") {
      if (++i === text.length) return true;
    } else if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
  }
  return quote !== '';
}

function stepOf(line: string, at: number): Step {
  const [, name, value] = /^([A-Z][A-Z_0-9]*)=(.*)$/s.exec(line) ?? [];
  if (name === undefined) return { kind: 'command', at, line };
  const path = /^<(.+)>$/.exec(value!)?.[1];
  return path === undefined ? { kind: 'set', at, name, value: value! } : { kind: 'keep', at, name, path };
}

/** Stands for any text within a text, alone for any value, and as a member for any further members. */
const ANY = '…';

/** The differences between a value and what is shown, one a line. */
export function differences(shown: unknown, value: unknown, path = ''): string[] {
  if (shown === ANY) return [];
  if (typeof shown === 'string' && typeof value === 'string') {
    return patternOf(shown).test(value) ? [] : [different(path, shown, value)];
  }
  if (Array.isArray(shown) && Array.isArray(value)) return listDifferences(shown, value, path);
  if (isObject(shown) && isObject(value)) {
    const isOpenEnded = Object.hasOwn(shown, ANY);
    const names = new Set([...Object.keys(shown), ...(isOpenEnded ? [] : Object.keys(value))]);
    names.delete(ANY);
    return [...names].flatMap((name) => {
      const inner = path === '' ? name : `${path}.${name}`;
      if (!Object.hasOwn(shown, name)) return [`${inner}: not shown, is ${JSON.stringify(value[name])}`];
      if (!Object.hasOwn(value, name)) return [`${inner}: shown, is not there`];
      return differences(shown[name], value[name], inner);
    });
  }
  return Object.is(shown, value) ? [] : [different(path, shown, value)];
}

function listDifferences(shown: readonly unknown[], value: readonly unknown[], path: string): string[] {
  const isOpenEnded = shown.at(-1) === ANY;
  const items = isOpenEnded ? shown.slice(0, -1) : shown;
  if (isOpenEnded ? value.length < items.length : value.length !== items.length) {
    return [`${path}: shown with ${items.length} items, has ${value.length}: ${JSON.stringify(value)}`];
  }
  return items.flatMap((item, i) => differences(item, value[i], `${path}[${i}]`));
}

const different = (path: string, shown: unknown, value: unknown): string =>
  `${path}: shown as ${JSON.stringify(shown)}, is ${JSON.stringify(value)}`;

const patternOf = (shown: string): RegExp =>
  new RegExp(`^${shown.split(ANY).map(escaped).join('[\\s\\S]*')}$`);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
