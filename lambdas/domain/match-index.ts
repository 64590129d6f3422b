/**
 * A tenant's subscriptions by event type, as a trie over pattern segments. Matching walks the segments of one
 * event type and touches only branches that can still hold, however many subscriptions there are.
 */
export interface Matchable {
  readonly id: string;
  /** Event type patterns; any of them is enough. */
  readonly events: readonly string[];
}

export interface MatchIndex<T extends Matchable> {
  readonly size: number;
  /**
   * The subscriptions that want an event of this type, each once, ordered by id.
   * @param work counts the trie's nodes that were visited, and what was found at them
   */
  match(eventType: string, work?: { steps: number }): T[];
  /** The subscription of this id, whatever it wants. */
  byId(id: string): T | undefined;
}

interface Node<T> {
  /** Left out of a leaf: a map and a list are most of what a node takes, and nodes are most of an index. */
  branches: Map<string, Node<T>> | undefined;
  here: T[] | undefined;
  /** Behind a `**`: once reached, it stays reached whatever segment comes. */
  readonly absorbs: boolean;
}

const ANY_ONE = '*';
const ANY_NUMBER = '**';

export function buildMatchIndex<T extends Matchable>(subscriptions: Iterable<T>): MatchIndex<T> {
  const root: Node<T> = emptyNode(false);
  const all = new Map<string, T>();
  for (const subscription of subscriptions) {
    all.set(subscription.id, subscription);
    for (const pattern of new Set(subscription.events)) insert(root, pattern.split('.'), subscription);
  }
  return {
    size: all.size,
    match(eventType, work = { steps: 0 }) {
      const found = new Map<string, T>();
      collect([root], eventType.split('.'), found, work);
      return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    byId: (id) => all.get(id),
  };
}

function insert<T>(root: Node<T>, segments: string[], subscription: T): void {
  let node = root;
  for (const segment of segments) {
    const next = node.branches?.get(segment) ?? emptyNode<T>(segment === ANY_NUMBER);
    node.branches ??= new Map();
    node.branches.set(segment, next);
    node = next;
  }
  node.here ??= [];
  node.here.push(subscription);
}

/**
 * Keeps the set of trie nodes that the segments read so far can have reached. The set is bounded by the trie,
 * so a pattern such as `**.**.**.x` costs no backtracking.
 */
function collect<T extends Matchable>(
  start: Node<T>[],
  segments: string[],
  found: Map<string, T>,
  work: { steps: number },
): void {
  let reached = throughEmpty(new Set(start));
  for (const segment of segments) {
    work.steps += reached.size;
    const next = new Set<Node<T>>();
    for (const node of reached) {
      for (const branch of [segment, ANY_ONE]) {
        const child = node.branches?.get(branch);
        if (child) next.add(child);
      }
      if (node.absorbs) next.add(node);
    }
    reached = throughEmpty(next);
    if (reached.size === 0) return;
  }
  for (const node of reached) {
    const here = node.here ?? [];
    work.steps += 1 + here.length;
    for (const subscription of here) found.set(subscription.id, subscription);
  }
}

/** Adds the nodes that `**` reaches without taking a segment. */
function throughEmpty<T>(nodes: Set<Node<T>>): Set<Node<T>> {
  for (const node of nodes) {
    const child = node.branches?.get(ANY_NUMBER);
    if (child) nodes.add(child);
  }
  return nodes;
}

const emptyNode = <T>(absorbs: boolean): Node<T> => ({
  branches: undefined,
  here: undefined,
  absorbs,
});
