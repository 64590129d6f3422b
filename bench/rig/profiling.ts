import { type InspectorNotification, type NodeWorker, Session } from 'node:inspector';
import { Session as AsyncSession, type Profiler } from 'node:inspector/promises';

/** What one thread did, as V8's sampling profiler saw it: the content of a `.cpuprofile`. */
export interface ThreadProfile {
  /** `main`, or the name of the worker's function. */
  readonly thread: string;
  readonly profile: Profiler.Profile;
}

export interface Profiling {
  /** Ends the profiles. A worker that ended before has none. */
  stop(): Promise<ThreadProfile[]>;
}

interface WorkerSession {
  readonly thread: string;
  send(method: string): void;
  readonly profile: Promise<Profiler.Profile | undefined>;
}

/** A worker answers between two invocations, so one that is busy with a long one may be late. */
const PATIENCE_MS = 5000;

/** Profiles this thread and all workers, those too that start later. */
export async function startProfiling(): Promise<Profiling> {
  const main = new AsyncSession();
  main.connect();
  await main.post('Profiler.enable');
  await main.post('Profiler.start');
  const workers = new Map<string, WorkerSession>();
  const session = new Session();
  session.connect();
  attachTo(session, workers);
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    async stop() {
      const { profile } = await main.post('Profiler.stop');
      main.disconnect();
      for (const worker of workers.values()) worker.send('Profiler.stop');
      const ended = await Promise.all(
        [...workers.values()].map(async (worker) => ({
          thread: worker.thread,
          profile: await worker.profile,
        })),
      );
      session.disconnect();
      return [
        { thread: 'main', profile },
        ...ended.filter((one): one is ThreadProfile => one.profile !== undefined),
      ];
    },
  };
}

/** Starts a profile in each worker that the session reports. */
function attachTo(session: Session, workers: Map<string, WorkerSession>): void {
  const answers = new Map<string, (profile: Profiler.Profile | undefined) => void>();
  session.on(
    'NodeWorker.attachedToWorker',
    ({ params }: InspectorNotification<NodeWorker.AttachedToWorkerEventDataType>) => {
      const { sessionId, workerInfo } = params;
      const { promise, resolve } = Promise.withResolvers<Profiler.Profile | undefined>();
      answers.set(sessionId, resolve);
      let id = 0;
      const send = (method: string): void => {
        const message = JSON.stringify({ id: ++id, method });
        session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
        if (method === 'Profiler.stop') setTimeout(resolve, PATIENCE_MS, undefined).unref();
      };
      // The title is `[worker 3] Fanout`.
      workers.set(sessionId, { thread: workerInfo.title.replace(/^\[.*?\] /, ''), send, profile: promise });
      send('Profiler.enable');
      send('Profiler.start');
    },
  );
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const profile = JSON.parse(params.message).result?.profile;
    if (profile) answers.get(params.sessionId)?.(profile);
  });
  session.on('NodeWorker.detachedFromWorker', ({ params }) => answers.get(params.sessionId)?.(undefined));
}
