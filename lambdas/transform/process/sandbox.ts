import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { LIMITS } from '../limits.ts';
import { createTurns } from '../turns.ts';
import { type Answer, type Ask, type Problem, readAnswer } from './messages.ts';
import { type Usage, usageOf } from './usage.ts';

/** Where expressions are evaluated: a process of its own, which is started when it is first needed. */
export interface Sandbox {
  /**
   * Asks the process. Tenants take turns.
   * @param already an answer that is known by the time of its turn
   * @throws where the process can't be started, or the machine is too busy for it: nothing is known of the expression
   */
  ask(tenant: string, ask: Ask, already?: () => Answer | undefined): Promise<Answer>;
  /** Ends the process. The next that is asked starts another. */
  end(): void;
}

interface Job {
  readonly ask: Ask;
  readonly already: () => Answer | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One process, from its start to its end. */
interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
}

/** How often a process that works is looked at. An evaluation that takes less is never. */
const LOOK_EVERY_MS = 20;

/** The process says by itself that it took too long, if it can. It gets this much more before it is ended. */
const GRACE = { factor: 1.5, ms: 50 };

/** What it may keep when it has nothing to do. */
const MAX_IDLE_BYTES = 150 * 1024 * 1024;

/** One that was killed may not have ended yet. */
const isOver = ({ killed, exitCode, signalCode }: ChildProcess): boolean =>
  killed || exitCode !== null || signalCode !== null;

const isLarge = ({ pid }: ChildProcess): boolean => (usageOf(pid!)?.residentBytes ?? 0) > MAX_IDLE_BYTES;

/** @param script of the process, `main.ts` as it is bundled, in a folder that it may read */
export function createSandbox(script: URL): Sandbox {
  const turns = createTurns<Job>();
  let running: Running | undefined;
  let isBusy = false;

  const begin = (): Running => {
    running ??= start(fileURLToPath(script));
    return running;
  };
  const end = (): void => {
    running?.child.kill('SIGKILL');
    running = undefined;
  };

  /** Works until nobody waits. One job at a time: so it is known whose it is that takes too much. */
  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (let job = turns.next(); job; job = turns.next()) await conclude(job);
    isBusy = false;
  }

  async function conclude({ ask, already, resolve, reject }: Job): Promise<void> {
    const known = already();
    if (known) return resolve(known);
    try {
      const { child, ready } = begin();
      await ready;
      resolve(await answered(child, ask));
      if (isOver(child) || isLarge(child)) end();
    } catch (error) {
      end();
      reject(error as Error);
    }
  }

  return {
    ask: (tenant, ask, already = () => undefined) =>
      new Promise((resolve, reject) => {
        turns.add(tenant, { ask, already, resolve, reject });
        void work();
      }),
    end,
  };
}

/**
 * What the process gets: no environment, so no credentials; no file but its own folder; no other process; no code made of texts.
 * Its heap ends at a size that a function of 512 MB has beside its own.
 */
function start(script: string): Running {
  const flags = [
    ...['--permission', `--allow-fs-read=${dirname(script)}/`],
    ...['--disallow-code-generation-from-strings', '--no-warnings'],
    ...['--max-old-space-size=112', '--max-semi-space-size=8'],
  ];
  const child = spawn(process.execPath, [...flags, script], {
    env: { TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => {
      // Else a process that ends with its work would wait for this one.
      child.unref();
      child.channel?.unref();
      resolve();
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(ended(code, signal)));
  });
  return { child, ready };
}

const ended = (code: number | null, signal: string | null): Error =>
  new Error(`the process for transformations ended, with ${signal ?? `code ${code}`}`);

/** Asks the process, and looks at it until it answers. It is ended when it takes too much. */
function answered(child: ChildProcess, ask: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const first = usageOf(child.pid!);
    let looks = 0;
    const looking = setInterval(() => {
      looks++;
      const excess = excessOf(ask, looks * LOOK_EVERY_MS, first, usageOf(child.pid!));
      if (excess === undefined) return;
      stop();
      child.kill('SIGKILL');
      if (excess instanceof Error) reject(excess);
      else resolve(excess);
    }, LOOK_EVERY_MS);
    const onMessage = (message: unknown): void => {
      stop();
      try {
        resolve(readAnswer(message));
      } catch (error) {
        reject(error as Error);
      }
    };
    // V8 ends a process that has no memory left by a signal.
    const onExit = (code: number | null, signal: string | null): void => {
      stop();
      if (signal === null) reject(ended(code, signal));
      else resolve(overrun('it took more memory than it may'));
    };
    const stop = (): void => {
      clearInterval(looking);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.off('error', reject);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.on('error', reject);
    child.send(ask);
  });
}

const overrun = (message: string): Problem => ({ kind: 'problem', message, isOverrun: true });

/**
 * What an evaluation has used too much of. Its time is the processor's: a machine that is busy with other things says nothing about
 * an expression. Where that is not known, it is the wall's, and four times as long.
 */
function excessOf(
  { cpuMs }: Ask,
  wallMs: number,
  first: Usage | undefined,
  now: Usage | undefined,
): Problem | Error | undefined {
  const most = cpuMs * GRACE.factor + GRACE.ms;
  if (now && now.residentBytes > LIMITS.residentBytes) return overrun('it took more memory than it may');
  const isTooLong = first && now ? now.cpuMs - first.cpuMs > most : wallMs > 4 * most;
  if (isTooLong) return overrun(`it took more than ${cpuMs} ms of the processor`);
  return wallMs > LIMITS.wallMs
    ? new Error('the process for transformations got no time to work')
    : undefined;
}
