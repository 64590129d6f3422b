import { isOperational } from './event-type.ts';

/**
 * Things by event type pattern, as a trie over segments. Finding walks the segments of one event type and touches only
 * branches that can still hold, however many patterns there are.
 */
export interface TypeIndex<T> {
  /** What is kept for a pattern; made when it is first asked for. */
  at(pattern: string): T;
  /** What is kept for all patterns that fit, in no particular order. @param work counts nodes that were visited */
  find(eventType: string, work?: { steps: number }): T[];
}

interface Node<T> {
  /** Left out of a leaf: a map and a list are most of what a node takes, and nodes are most of an index. */
  branches: Map<string, Node<T>> | undefined;
  kept: T | undefined;
  /** Behind a `**`: once reached, it stays reached whatever segment comes. */
  readonly absorbs: boolean;
  /** The last round in which it was reached, so that no round reaches it twice. */
  round: number;
}

const ANY_ONE = '*';
const ANY_NUMBER = '**';

export function typeIndex<T>(make: () => T): TypeIndex<T> {
  const root: Node<T> = emptyNode(false);
  let round = 0;
  return {
    at(pattern) {
      const node = pattern.split('.').reduce(branchOf, root);
      node.kept ??= make();
      return node.kept;
    },
    find(eventType, work = { steps: 0 }) {
      let reached: Node<T>[] = [];
      const segments = eventType.split('.');
      // Neither wildcard stands for the first segment of a type of Posthorn's own.
      const start = isOperational(eventType) ? root.branches?.get(segments.shift()!) : root;
      reach(start, reached, ++round);
      for (const segment of segments) {
        work.steps += reached.length;
        const next: Node<T>[] = [];
        round++;
        for (const node of reached) {
          reach(node.branches?.get(segment), next, round);
          reach(node.branches?.get(ANY_ONE), next, round);
          if (node.absorbs) reach(node, next, round);
        }
        reached = next;
      }
      work.steps += reached.length;
      return reached.flatMap(({ kept }) => kept ?? []);
    },
  };
}

/** Whether an event type fits any of the patterns. */
export function typeMatcher(patterns: readonly string[]): (eventType: string) => boolean {
  const index = typeIndex(() => true);
  for (const pattern of patterns) index.at(pattern);
  return (eventType) => index.find(eventType).length > 0;
}

function branchOf<T>(node: Node<T>, segment: string): Node<T> {
  const known = node.branches?.get(segment);
  if (known) return known;
  const branch = emptyNode<T>(segment === ANY_NUMBER);
  node.branches ??= new Map();
  node.branches.set(segment, branch);
  return branch;
}

/**
 * Adds a node, and those that `**` reaches from it without taking a segment. What is reached is bounded by the trie,
 * so a pattern such as `**.**.**.x` costs no backtracking.
 */
function reach<T>(node: Node<T> | undefined, reached: Node<T>[], round: number): void {
  for (let next = node; next && next.round !== round; next = next.branches?.get(ANY_NUMBER)) {
    next.round = round;
    reached.push(next);
  }
}

const emptyNode = <T>(absorbs: boolean): Node<T> => ({
  branches: undefined,
  kept: undefined,
  absorbs,
  round: 0,
});
