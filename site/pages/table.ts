import { outsideCode } from './markdown.ts';

/** One line, in which what could be a tag of HTML is text. */
const cellOf = (text: string): string =>
  outsideCode(text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|'), (prose) =>
    prose.replace(/<(?=[a-z/])/gi, '&lt;'),
  );

/** A table in Markdown. Cells are Markdown too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellOf).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

export const code = (text: string): string => `\`${text}\``;
