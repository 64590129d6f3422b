import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { isDeeperThan } from '../../lambdas/values/json.ts';
import type { Path, Problem } from './problem.ts';
import type { TextFile } from './read.ts';

/** YAML and JSON with the lines of its values. What a stranger has written costs no more than its size. */

export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Of the value at a path, or of the nearest that there is above it. */
  lineOf(path: Path): number;
}

/** Without sources where there are problems. */
export interface Read {
  readonly sources: readonly Source[];
  readonly problems: readonly Problem[];
}

const MAX_LEVELS = 64;
/** Values that stand for others: `*base`. A few lines of them can stand for gigabytes. */
const MAX_ALIASES = 100;
const MAX_PROBLEMS = 20;
const TOO_DEEP = `expected at most ${MAX_LEVELS} levels`;
/** The library says what the stack has said. */
const OVERFLOW = /call stack/;

/** Each document of a text: several are parted by `---`. */
export function parseYaml({ name: file, text }: TextFile): Read {
  const lines = new LineCounter();
  const problem = (message: string, line?: number, path = ''): Problem => ({ file, line, path, message });
  // JSON may be indented by tabs, YAML may not. No string of JSON holds a line break, so none is touched.
  const plain = /^\s*[{[]/.test(text) ? text.replace(/^\t+/gm, (tabs) => ' '.repeat(tabs.length)) : text;
  const parsed = attempt(() => [
    ...parseAllDocuments(plain, { lineCounter: lines, uniqueKeys: false, merge: true, prettyErrors: false }),
  ]);
  if (!parsed) return { sources: [], problems: [problem(TOO_DEEP)] };
  const sources: Source[] = [];
  const problems: Problem[] = [];
  for (const document of parsed as Document.Parsed[]) {
    const lineAt = (offset: number): number => lines.linePos(offset).line;
    const wrong = [...document.errors, ...document.warnings].map(({ message, pos }) =>
      problem(OVERFLOW.test(message) ? TOO_DEEP : message, lineAt(pos[0])),
    );
    const repeated = attempt(() => repeatedKeys(document.contents));
    if (!repeated) wrong.push(problem(TOO_DEEP));
    for (const { key, offset } of repeated ?? []) {
      wrong.push(problem(`expected each name once, got ${JSON.stringify(key)} again`, lineAt(offset)));
    }
    problems.push(...wrong);
    if (wrong.length > 0) continue;
    const read = contentOf(document);
    if (!read.ok) problems.push(problem(read.message));
    else sources.push({ file, value: read.value, lineOf: (path) => lineAt(offsetOf(document, path)) });
  }
  if (problems.length > 0) return { sources: [], problems: problems.slice(0, MAX_PROBLEMS) };
  return { sources: sources.filter(({ value }) => value !== null && value !== undefined), problems };
}

function contentOf(document: Document.Parsed): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (isDeeperThan(MAX_LEVELS, value)) return { ok: false, message: TOO_DEEP };
    return { ok: true, value };
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: TOO_DEEP };
    return { ok: false, message: (error as Error).message };
  }
}

/** Undefined where the stack overflows. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The library compares each key with each other one, which takes minutes for a file that is all keys. */
function repeatedKeys(node: unknown): { key: string; offset: number }[] {
  if (isSeq(node)) return node.items.flatMap(repeatedKeys);
  if (!isMap(node)) return [];
  const seen = new Set<string>();
  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    const isAgain = name !== '<<' && seen.has(name);
    seen.add(name);
    const offset = (key as Node | null)?.range?.[0] ?? 0;
    return [...(isAgain ? [{ key: name, offset }] : []), ...repeatedKeys(value)];
  });
}

/** Where the value at a path begins; that of a map is where its name stands. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
