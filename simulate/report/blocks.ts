const BLOCK = /^<!-- simulated: ([\w-]+) -->\n(.*?)^<!-- end -->$/gms;
const OPEN = /^<!-- simulated: /gm;

/**
 * Puts what is made into the blocks of a page, each between `<!-- simulated: NAME -->` and `<!-- end -->`.
 * @throws Error for a block that has no end, or a name that is not known
 */
export function fillBlocks(page: string, made: Readonly<Record<string, string>>): string {
  const filled = page.replace(BLOCK, (_, name: string) => {
    const text = made[name];
    if (text === undefined) {
      throw new Error(`block ${name}: expected one of ${Object.keys(made).join(', ')}`);
    }
    return `<!-- simulated: ${name} -->\n${text === '' ? '' : `\n${text}\n\n`}<!-- end -->`;
  });
  const [opened, closed] = [page.match(OPEN)?.length ?? 0, page.match(BLOCK)?.length ?? 0];
  if (opened !== closed) throw new Error(`${opened - closed} blocks of the page have no <!-- end -->`);
  return filled;
}
