import { type FunctionWorker, type StartEnvironment, startWorker } from '../../../local/cloud.ts';

/** The release before, and that of the working tree. */
export type Release = 'before' | 'now';

/** Environments of a cloud whose invocations go to one of two releases, as those of a weighted alias do. */
export interface SideBySide {
  readonly startEnvironment: StartEnvironment;
  /** From now on: which release gets the nth invocation. */
  give(which: (n: number) => Release): void;
  /** How many invocations each function has had of each release. */
  readonly counts: Readonly<Record<string, Record<Release, number>>>;
}

/** @param before modules by the folder of their function. Functions of other folders have one release */
export function sideBySide(before: ReadonlyMap<string, string>): SideBySide {
  let which = (_n: number): Release => 'before';
  const counts: Record<string, Record<Release, number>> = {};

  const startEnvironment: StartEnvironment = (options) => {
    const moduleUrl = before.get(folderOf(options.name));
    if (moduleUrl === undefined) return startWorker(options);
    const workers = new Map<Release, FunctionWorker>();
    counts[options.name] ??= { before: 0, now: 0 };
    const count = counts[options.name]!;
    const gone = Promise.withResolvers<void>();
    const stop = async (): Promise<void> => {
      await Promise.all([...workers.values()].map((worker) => worker.stop()));
    };
    const workerOf = (release: Release): FunctionWorker => {
      const there = workers.get(release);
      if (there) return there;
      const settings = release === 'now' ? options.settings : { ...options.settings, moduleUrl };
      const started = startWorker({ ...options, settings });
      workers.set(release, started);
      void started.gone.then(stop).then(() => gone.resolve());
      return started;
    };
    const next = (): Release => which(count.before + count.now);
    return {
      thread: undefined,
      ready: workerOf(next()).ready,
      gone: gone.promise,
      stop,
      async invoke(...given) {
        const release = next();
        count[release]++;
        const worker = workerOf(release);
        return (await worker.ready) ?? worker.invoke(...given);
      },
    };
  };
  return {
    startEnvironment,
    counts,
    give(next) {
      which = next;
    },
  };
}

/** Of a function, by its construct's name: `dispatch` of `DispatchSlow`. */
const folderOf = (name: string): string =>
  name.startsWith('Dispatch')
    ? 'dispatch'
    : name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
