/**
 * A rule of textlint, for English: what stands between two full stops, colons or semicolons has at most MAX_WORDS words, and no
 * word twice in a row. Code is not counted: a list of names is read at a glance.
 */
const MAX_WORDS = 34;

const SENTENCE = /\S.*?(?:[.!?:;·]["”’')]*(?=\s|$)|$)/g;

/** Words that may stand twice: "that that is" is right at times. */
const TWICE = ['that', 'had'];

/** What a reader reads of a node, with blanks for what is not prose, so that each character stays in its place. */
function proseOf(node, source) {
  const [from, to] = node.range;
  const characters = source.slice(from, to).split('');
  const blank = (start, end) => characters.fill(' ', start - from, end - from);
  const visit = ({ type, range: [start, end], children = [] }) => {
    if (['Code', 'Html', 'Image'].includes(type)) return blank(start, end);
    if (type === 'Link') {
      blank(start, children[0]?.range[0] ?? end);
      blank(children.at(-1)?.range[1] ?? end, end);
    }
    for (const child of children) visit(child);
  };
  visit(node);
  return characters.join('').replace(/[\n*_~]/g, ' ');
}

export default function sentencesRule({ Syntax, RuleError, report, getSource, locator }) {
  const check = (node) => {
    const tell = (index, message) => report(node, new RuleError(message, { padding: locator.at(index) }));
    const prose = proseOf(node, getSource());
    for (const { 0: sentence, index } of prose.matchAll(SENTENCE)) {
      const count = sentence.match(/(?<!\S)[\p{L}\p{N}$(“"]\S*/gu)?.length ?? 0;
      if (count > MAX_WORDS) tell(index, `a sentence of ${count} words; expected at most ${MAX_WORDS}`);
    }
    for (const { 1: word, index } of prose.matchAll(/(?<![\p{L}-])(\p{L}+) \1(?![\p{L}-])/gu)) {
      if (!TWICE.includes(word)) tell(index, `"${word}" stands twice`);
    }
  };
  return { [Syntax.Paragraph]: check, [Syntax.TableCell]: check };
}
