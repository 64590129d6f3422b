import type { Schemas } from '../../client/index.ts';
import type { Colours } from '../output/colours.ts';
import { safeText } from '../output/safe-text.ts';

/** The conditions of a filter as a tree, and in a sentence why it does not match. Pure. */

type Tried = Schemas['TriedCondition'];
type Mismatch = Schemas['Mismatch'];

export interface Node {
  readonly label: string;
  readonly holds: boolean;
  /** What was expected and what was found; of a field, not of what only holds others. */
  readonly said?: { readonly expected: string; readonly got: string };
  readonly children: readonly Node[];
}

/** `data.$or[0].level` is `data`, `$or`, `[0]`, `level`. Names of fields may hold anything but a dot. */
const segmentsOf = (path: string): string[] =>
  path.split('.').flatMap((segment) => {
    const or = /^\$or(\[\d+\])$/.exec(segment);
    return or ? ['$or', or[1]!] : [segment];
  });

interface Growing {
  readonly children: Map<string, Growing>;
  tried?: Tried;
}

/** Conditions under the fields that they are of. */
export function treeOf(conditions: readonly Tried[]): Node[] {
  const root: Growing = { children: new Map() };
  for (const tried of conditions) {
    let at = root;
    for (const segment of segmentsOf(tried.path)) {
      const next = at.children.get(segment) ?? { children: new Map() };
      at.children.set(segment, next);
      at = next;
    }
    at.tried = tried;
  }
  return [...root.children].map(([name, growing]) => nodeOf(name, growing));
}

/** Where each node has one child, they are one: `data.user.plan`. */
function nodeOf(name: string, { children, tried }: Growing): Node {
  const [only] = children;
  if (!tried && children.size === 1 && only && !/^(?:\[\d+\]|\$or)$/.test(only[0]) && !/^\[\d+\]$/.test(name))
    return nodeOf(`${name}.${only[0]}`, only[1]);
  const nodes = [...children].map(([child, growing]) => nodeOf(child, growing));
  const alternative = /^\[(\d+)\]$/.exec(name);
  return {
    label: alternative
      ? `alternative ${Number(alternative[1]) + 1}`
      : name.replace(/(^|\.)\$or$/, '$1one of these'),
    holds: tried?.holds ?? nodes.every(({ holds }) => holds),
    ...(tried && children.size === 0 && { said: wordsOf(tried) }),
    children: nodes,
  };
}

/** The type is asked for a pattern, and the others for a value. */
const wordsOf = ({ part, expected, got }: Tried): NonNullable<Node['said']> => ({
  expected: part === 'events' ? expected.replace(/^one that /, '') : expected,
  got,
});

export function treeLines(nodes: readonly Node[], colours: Colours, indent = ''): string[] {
  return nodes.flatMap((node, at) => {
    const isLast = at === nodes.length - 1;
    const mark = node.holds ? colours.green('✓') : colours.red('✗');
    const line = `${colours.dim(`${indent}${isLast ? '└─' : '├─'}`)} ${mark} ${lineOf(node, colours)}`;
    return [line, ...treeLines(node.children, colours, `${indent}${isLast ? '   ' : '│  '}`)];
  });
}

function lineOf({ label, holds, said }: Node, { dim }: Colours): string {
  if (!said) return safeText(label);
  const { expected, got } = said;
  const found = holds ? dim(safeText(got)) : safeText(got);
  return `${safeText(label)}: ${safeText(signs(expected))}, ${holds ? 'is' : 'got'} ${found}`;
}

const signs = (text: string): string =>
  text
    .replace(/^a number (>=|<=)/, (_, sign) => `a number ${sign === '>=' ? '≥' : '≤'}`)
    .replace(/ and <= /, ' and ≤ ');

/** Why it does not match, in one sentence. */
export function sentenceOf({ part, path, expected, got }: Mismatch, failing: number): string {
  const more =
    failing > 1 ? `; ${failing - 1} more ${failing > 2 ? 'conditions do' : 'condition does'} not hold` : '';
  return `does not match because ${because(part, path ?? '', signs(expected), got)}${more}`;
}

function because(part: Mismatch['part'], path: string, expected: string, got: string): string {
  if (part === 'jsonpath')
    return got === 'nothing'
      ? `${expected.replace(/^something that /, '').replace(/ selects$/, '')} selects nothing`
      : `expected ${expected}, got ${got}`;
  if (part === 'during') return `the time is ${got}, expected ${expected}`;
  if (part === 'events') return `type is ${got}, expected ${expected}`;
  if (path.endsWith('$or')) return `none of the alternatives holds: ${got}`;
  return got === 'nothing'
    ? `${path} is missing, expected ${expected}`
    : `${path || 'the event'} is ${got}, expected ${expected}`;
}

/** Conditions that do not hold, of fields alone: an alternative that fails beside one that holds is none. */
export const failingIn = (nodes: readonly Node[]): number =>
  nodes.reduce((sum, { holds, children, label }) => {
    if (holds) return sum;
    return sum + (children.length === 0 || label.endsWith('one of these') ? 1 : failingIn(children));
  }, 0);
