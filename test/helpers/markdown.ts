import GithubSlugger from 'github-slugger';
import { lexer, type Token, type Tokens, walkTokens } from 'marked';

/** A Markdown page's anchors, and the targets of its links. */
export interface MarkdownPage {
  /** The anchors that GitHub gives the headings. */
  readonly anchors: ReadonlySet<string>;
  /** Targets of links and images, as written. */
  readonly links: readonly string[];
}

export function readMarkdown(text: string): MarkdownPage {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const links: string[] = [];
  walkTokens(lexer(text), (token) => {
    if (token.type === 'heading') anchors.add(slugger.slug(plainText(token)));
    if (token.type === 'link' || token.type === 'image') links.push(token.href);
  });
  return { anchors, links };
}

/** The rows of each table of a page, their cells as written. */
export function tableRows(text: string): string[][] {
  const tables = lexer(text).filter((token): token is Tokens.Table => token.type === 'table');
  return tables.flatMap(({ rows }) => rows.map((row) => row.map((cell) => cell.text)));
}

const plainText = (token: Token): string =>
  'tokens' in token && token.tokens
    ? token.tokens.map(plainText).join('')
    : 'text' in token
      ? token.text
      : '';
