import { isOperational } from './event-type.ts';

/**
 * Values by event type pattern, in a trie over segments. A search follows the segments of one event type and visits only
 * branches that can still hold, however many patterns there are.
 */
export interface TypeIndex<T> {
  /** The value of a pattern, which is made when it is first asked for. */
  at(pattern: string): T;
  /** The values of all patterns that fit, in no particular order. @param work counts visited nodes */
  find(eventType: string, work?: { steps: number }): T[];
}

interface Node<T> {
  /** Undefined in a leaf: a map is most of what a node takes, and nodes are most of an index. */
  branches: Map<string, Node<T>> | undefined;
  kept: T | undefined;
  /** The node after a `**`: once reached, it stays reached whatever segment follows. */
  readonly absorbs: boolean;
  /** The last round that reached the node, so that no round reaches it twice. */
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
      // No wildcard stands for the first segment of an operational event's type.
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
 * Adds a node, and the nodes that `**` reaches from it without a segment. The trie bounds what is reached, so a pattern
 * such as `**.**.**.x` costs no backtracking.
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
