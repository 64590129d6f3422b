import { type Block, blocksOf, isOpen } from './blocks.ts';

/** A page of lines that are typed, with what they print, such as docs/cli.md. */
export type ConsoleStep =
  /** A file that the page shows. */
  | { readonly kind: 'file'; readonly at: number; readonly name: string; readonly text: string }
  /** `$ NAME=<tgt_…>`: the reader takes a text of that form out of what was printed last. */
  | { readonly kind: 'keep'; readonly at: number; readonly name: string; readonly form: string }
  | Typed
  /** What a line that still runs in another shell prints next. */
  | ({ readonly kind: 'more' } & Printed & { readonly shell: string });

export interface Typed extends Printed {
  readonly kind: 'typed';
  readonly line: string;
  /** Of a line that does not end by itself: which shell it runs in. */
  readonly shell?: string;
  /** As `$ echo $?` shows it; 0 where it doesn't. */
  readonly code: number;
}

interface Printed {
  readonly at: number;
  /** Of both streams, as a terminal has them. */
  readonly shown: string;
  /** Whether `^C` ends it. */
  readonly isEnded: boolean;
}

export interface ConsoleSection {
  readonly title: string;
  readonly steps: readonly ConsoleStep[];
}

/**
 * Reads a page in Markdown. Its blocks of code are `console` (`$ ` and what is typed, with what it prints beneath; a word
 * behind `console` names a shell in which a line goes on running), a language and a name (a file that lines use), and `sh`
 * (lines for a shell's settings, which are not run).
 * @throws Error, with the line, for a block of code that is not understood, so that none goes unread
 */
export function readConsolePage(markdown: string): ConsoleSection[] {
  const sections: { title: string; steps: ConsoleStep[] }[] = [{ title: 'introduction', steps: [] }];
  for (const block of blocksOf(markdown)) {
    if (block.kind === 'title') sections.push({ title: block.text, steps: [] });
    if (block.kind === 'fence') sections.at(-1)!.steps.push(...stepsOf(block));
  }
  return sections.filter(({ steps }) => steps.length > 0);
}

function stepsOf(block: Block): ConsoleStep[] {
  const [language, name, ...more] = (block.info ?? '').split(' ');
  if (language === 'console' && more.length === 0) return typedIn(block, name);
  if (language === 'sh' && name === undefined) return [];
  if (/^[\w.-]+\.[a-z]+$/.test(name ?? '') && more.length === 0)
    return [{ kind: 'file', at: block.at, name: name!, text: `${block.text}\n` }];
  throw new Error(`line ${block.at}: not a block of console or sh, and not a file with its name`);
}

function typedIn({ at, text }: Block, shell: string | undefined): ConsoleStep[] {
  const steps: ConsoleStep[] = [];
  const lines = text.split('\n').map((line, i) => [line, at + 1 + i] as const);
  while (lines.length > 0) {
    const [typed, from] = takeTyped(lines);
    const shown: string[] = [];
    while (lines.length > 0 && !lines[0]![0].startsWith('$ ')) shown.push(lines.shift()![0]);
    const isEnded = shown.at(-1) === '^C';
    const printed = { at: from, shown: (isEnded ? shown.slice(0, -1) : shown).join('\n'), isEnded };
    if (typed !== undefined) addTyped(steps, typed, printed, shell);
    else if (shell !== undefined) steps.push({ kind: 'more', ...printed, shell });
    else throw new Error(`line ${from}: what is printed, and nothing was typed`);
  }
  return steps;
}

/** What is typed next, which may go on over several lines. */
function takeTyped(lines: (readonly [line: string, at: number])[]): [typed: string | undefined, at: number] {
  const [first, at] = lines[0]!;
  if (!first.startsWith('$ ')) return [undefined, at];
  let typed = lines.shift()![0].slice(2);
  while (isOpen(typed)) {
    const next = lines.shift();
    if (!next) throw new Error(`line ${at}: a quote without an end`);
    typed += `\n${next[0]}`;
  }
  return [typed, at];
}

function addTyped(steps: ConsoleStep[], line: string, printed: Printed, shell: string | undefined): void {
  const [, name, form] = /^([A-Z][A-Z_0-9]*)=<(.+)>$/.exec(line) ?? [];
  if (name !== undefined) steps.push({ kind: 'keep', at: printed.at, name, form: form! });
  else if (line === 'echo $?') setCode(steps, printed);
  else steps.push({ kind: 'typed', ...printed, line, code: 0, ...(shell !== undefined && { shell }) });
}

function setCode(steps: ConsoleStep[], { at, shown }: Printed): void {
  const last = steps.pop();
  if (last?.kind !== 'typed' || !/^\d{1,3}$/.test(shown))
    throw new Error(`line ${at}: expected an exit code, after a line that was typed`);
  steps.push({ ...last, code: Number(shown) });
}
