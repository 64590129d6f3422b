import { STATUS_CODES } from 'node:http';
import { type Block, blocksOf, isOpen } from './blocks.ts';

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
    if (block.kind === 'fence') readFence(steps, block, status);
    status = block.kind === 'text' ? shownStatus(block) : undefined;
    if (status !== undefined) show(steps, block, { status, headers: [], body: undefined });
  }
  return sections.filter(({ steps }) => steps.length > 0);
}

function readFence(steps: Step[], block: Block, status: number | undefined): void {
  const { info: language, at, text } = block;
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

/** The status that a paragraph is, in code. */
function shownStatus({ at, text }: Block): number | undefined {
  if (/\bcurl\s+[-"'$]/.test(text)) throw new Error(`line ${at}: a line of curl outside of a block of code`);
  const code = /^`([^`]+)`$/.exec(text)?.[1];
  return code !== undefined && STATUS.test(code) ? statusOf({ at, text: code }) : undefined;
}

const STATUS = /^(\d{3}) ([A-Za-z ]+)$/;

function statusOf({ at, text }: Pick<Block, 'at' | 'text'>): number {
  const [, status, words] = STATUS.exec(text) ?? [];
  if (status && STATUS_CODES[status] === words) return Number(status);
  throw new Error(`line ${at}: expected a status with its words, got ${text}`);
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

function stepOf(line: string, at: number): Step {
  const [, name, value] = /^([A-Z][A-Z_0-9]*)=(.*)$/s.exec(line) ?? [];
  if (name === undefined) return { kind: 'command', at, line };
  const path = /^<(.+)>$/.exec(value!)?.[1];
  return path === undefined ? { kind: 'set', at, name, value: value! } : { kind: 'keep', at, name, path };
}
