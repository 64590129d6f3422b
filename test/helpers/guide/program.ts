import { lexer, type Tokens } from 'marked';

/** A program of a page, and what the page says that it prints. */
export interface Shown {
  readonly code: string;
  /** Lines, in which `…` is whatever comes. Nothing is printed where the page shows nothing. */
  readonly prints: readonly string[];
}

/** The programs of a page, in their order: blocks of `ts`, each with the block of `text` below it. */
export function programsOf(markdown: string): Shown[] {
  const blocks = lexer(markdown).filter((token): token is Tokens.Code => token.type === 'code');
  return blocks.flatMap(({ lang, text }, place) => {
    if (lang !== 'ts') return [];
    const next = blocks[place + 1];
    return [{ code: text, prints: next?.lang === 'text' ? next.text.split('\n') : [] }];
  });
}

/** Ends what a program has printed. */
const END = '\u0003';

/** One program of all of them. @param replace what is imported, by the name that the page has for it */
export function joined(shown: readonly Shown[], replace: Readonly<Record<string, string>>): string {
  const code = shown.map((each) => `${each.code}\nconsole.log('\\u0003');\n`).join('\n');
  return Object.entries(replace).reduce(
    (text, [from, to]) => text.replaceAll(`from '${from}'`, `from '${to}'`),
    code,
  );
}

/** What each of the joined programs has printed. */
export const partsOf = (output: string): string[][] =>
  output
    .split(`${END}\n`)
    .slice(0, -1)
    .map((part) => part.split('\n').slice(0, -1));

/** Whether a line is as a page shows it. */
export function isShown(line: string, shown: string): boolean {
  const pattern = shown
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.+');
  return new RegExp(`^${pattern}$`).test(line);
}
