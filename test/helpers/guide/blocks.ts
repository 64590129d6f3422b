/** Pages that a test follows, read block by block. */

export interface Block {
  readonly kind: 'title' | 'text' | 'fence';
  /** The line of the page. */
  readonly at: number;
  readonly text: string;
  /** What stands behind the three marks of a fence: its language, and more. */
  readonly info?: string;
}

/**
 * The blocks of a page: titles of the second level, paragraphs line by line, and blocks of code.
 * @throws Error, with the line, for a block of code without an end, or that is indented
 */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let fence: { at: number; info: string; lines: string[] } | undefined;
  for (const [i, line] of markdown.split('\n').entries()) {
    const at = i + 1;
    if (fence && line === '```') {
      blocks.push({ kind: 'fence', ...fence, text: fence.lines.join('\n') });
      fence = undefined;
    } else if (fence) fence.lines.push(line);
    else if (line.startsWith('```')) fence = { at, info: line.slice(3), lines: [] };
    else if (/^\s+```/.test(line)) throw new Error(`line ${at}: a block of code that is indented`);
    else if (line.startsWith('## ')) blocks.push({ kind: 'title', at, text: line.slice(3) });
    else if (line !== '') blocks.push({ kind: 'text', at, text: line });
  }
  if (fence) throw new Error(`line ${fence.at}: a block of code without an end`);
  return blocks;
}

/** Whether a command continues on the next line: within quotes, or after a backslash. */
export function isOpen(text: string): boolean {
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
