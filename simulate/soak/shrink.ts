/** What a search for a shorter history may cost, and how a step gets simpler. */
export interface ShrinkOptions<T> {
  /** Histories that are run at most. */
  readonly maxRuns: number;
  /** Whether the time for it is over. Asked before each run. */
  readonly isOutOfTime?: () => boolean;
  /**
   * Simpler steps to put in a step's place, the simplest first: a shorter window, a lower rate, fewer events. None where it is
   * as simple as can be.
   */
  readonly simplify?: (step: T) => readonly T[];
}

/** The shortest history that was found. */
export interface Shrunk<T> {
  readonly steps: readonly T[];
  /** How many histories were run. */
  readonly runs: number;
  /** Whether the search came to its end: without any one of its steps, the history does not fail. */
  readonly isComplete: boolean;
}

/**
 * Looks for a shorter history that still fails: removes runs of steps, first long ones and then single steps, as delta
 * debugging does (https://doi.org/10.1109/32.988498), and makes those that are left simpler. The same history and answers
 * lead to the same result, and no history is run twice: each takes a second or so. The shrinking of fast-check's arrays runs
 * two to four times as many, and can't be told how many it may.
 *
 * @param steps a history that fails. Plain JSON
 * @param stillFails runs a history. One that fails in another way than the first does not count
 * @returns the steps given, or a history of which `stillFails` said so
 */
export async function shrink<T>(
  steps: readonly T[],
  stillFails: (steps: readonly T[]) => Promise<boolean>,
  options: ShrinkOptions<T>,
): Promise<Shrunk<T>> {
  const search = createSearch(steps, stillFails, options);
  const { simplify = () => [] } = options;
  let isChanged = true;
  while (isChanged && !search.isOver()) {
    const isShorter = await removeSteps(search);
    isChanged = (await simplifySteps(search, simplify)) || isShorter;
  }
  return { steps: search.best(), runs: search.runs(), isComplete: !search.isOver() };
}

/** A search, and the best history that it has found so far. */
interface Search<T> {
  best(): readonly T[];
  runs(): number;
  /** Whether it may cost no more. */
  isOver(): boolean;
  /** Runs a history that may be better. @returns whether it is the best one now */
  attempt(steps: readonly T[]): Promise<boolean>;
}

function createSearch<T>(
  steps: readonly T[],
  stillFails: (steps: readonly T[]) => Promise<boolean>,
  { maxRuns, isOutOfTime = () => false }: ShrinkOptions<T>,
): Search<T> {
  let best = steps;
  let runs = 0;
  let isStopped = false;
  const tried = new Set([JSON.stringify(steps)]);
  return {
    best: () => best,
    runs: () => runs,
    isOver: () => isStopped,
    async attempt(candidate) {
      const text = JSON.stringify(candidate);
      if (isStopped || tried.has(text)) return false;
      if (runs >= maxRuns || isOutOfTime()) {
        isStopped = true;
        return false;
      }
      tried.add(text);
      runs++;
      if (!(await stillFails(candidate))) return false;
      best = candidate;
      return true;
    },
  };
}

/** Removes all that can be removed, until each step that is left is needed. @returns whether any was removed */
async function removeSteps<T>(search: Search<T>): Promise<boolean> {
  const before = search.best().length;
  for (let size = before; size > 1; size = Math.ceil(size / 2)) await removeRuns(search, size);
  // A step may be needed only as long as another one is there.
  while (await removeRuns(search, 1));
  return search.best().length < before;
}

/** Removes runs of so many steps, the last ones first: what comes after a failure has no part in it. */
async function removeRuns<T>(search: Search<T>, size: number): Promise<boolean> {
  let isShorter = false;
  for (let end = search.best().length; end > 0; end -= size) {
    const steps = search.best();
    const rest = [...steps.slice(0, Math.max(0, end - size)), ...steps.slice(end)];
    isShorter = (await search.attempt(rest)) || isShorter;
  }
  return isShorter;
}

/** Makes each step as simple as it gets. @returns whether any is simpler */
async function simplifySteps<T>(search: Search<T>, simplify: (step: T) => readonly T[]): Promise<boolean> {
  let isSimpler = false;
  for (let at = 0; at < search.best().length; at++) {
    while (await simplifyStep(search, simplify, at)) isSimpler = true;
  }
  return isSimpler;
}

/** Puts the simplest step that does in the place of one. */
async function simplifyStep<T>(
  search: Search<T>,
  simplify: (step: T) => readonly T[],
  at: number,
): Promise<boolean> {
  const steps = search.best();
  for (const simpler of simplify(steps[at]!)) {
    if (await search.attempt(steps.with(at, simpler))) return true;
  }
  return false;
}
