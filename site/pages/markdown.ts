import GithubSlugger from 'github-slugger';

/** Blocks of code, which begin and end at the left edge, and code within a line. */
const CODE = /^```[^\n]*\n[\s\S]*?^```$|`[^`\n]+`/gm;
/** Stands for a piece of code. No page holds this character. */
const HELD = /\uE000(\d+)\uE000/g;

/** A page with all that is not code changed at once, so that a link whose text holds code is whole. */
export function outsideCode(markdown: string, change: (prose: string) => string): string {
  const code: string[] = [];
  const prose = markdown.replace(CODE, (piece) => `\uE000${code.push(piece) - 1}\uE000`);
  return change(prose).replace(HELD, (_, place) => code[Number(place)]!);
}

export interface Heading {
  readonly level: number;
  readonly title: string;
  /** Its anchor, as GitHub makes it. */
  readonly slug: string;
  /** The number of its line, from 0. */
  readonly at: number;
}

/** The headings of a page. */
export function headingsOf(markdown: string): Heading[] {
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  let isCode = false;
  for (const [at, line] of markdown.split('\n').entries()) {
    if (line.startsWith('```')) isCode = !isCode;
    const [, marks, title] = (!isCode && /^(#{1,6}) (.*)$/.exec(line)) || [];
    if (marks === undefined) continue;
    headings.push({ level: marks.length, title: title!, slug: slugger.slug(plainOf(title!)), at });
  }
  return headings;
}

/** A title without the marks of code and of links. */
export const plainOf = (title: string): string =>
  title.replace(/`/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
