import { certificateOf } from './certificate.ts';
import type { Check, Facts, Found } from './check.ts';
import { CHECK_IDS, type CheckId, OPTIONAL_IDS, type OptionalId } from './check-ids.ts';
import { CHECKS } from './checks.ts';
import { type Connection, connectionOf } from './connection.ts';
import { PROBES, type ProbeName, requestOf, type Sender } from './probes.ts';
import { isAccepted, isUnbelieved, type Seen } from './seen.ts';

/** Which checks are made. `answers` always is: without it the others tell nothing. */
export interface Selection {
  /** All when empty. */
  readonly only: ReadonlySet<CheckId>;
  readonly skip: ReadonlySet<CheckId>;
  readonly wanted: ReadonlySet<OptionalId>;
}

export interface Examination {
  readonly sender: Sender;
  readonly selection: Selection;
  readonly isSecretKnown: boolean;
  /** Of each request. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told of each check as it is made. */
  readonly onResult: (result: Result) => Promise<void>;
}

export interface Result extends Found {
  /** It was not made, and `seen` says why. */
  readonly isVoid?: true;
  readonly id: CheckId;
  readonly level: Check['level'];
  readonly expected: string;
}

export interface Report {
  readonly results: readonly Result[];
  /** Whether all that must hold does. */
  readonly passes: boolean;
  /** How many requests were made. */
  readonly requests: number;
  /** Why there was no answer to the first event. */
  readonly error: Seen['error'];
}

/** The checks of a selection, in the order in which they are made. */
export const selected = ({ only, skip, wanted }: Selection): CheckId[] =>
  CHECK_IDS.filter((id) => {
    if (id === 'answers') return true;
    if (skip.has(id)) return false;
    if (CHECKS[id].isOptional && !isWanted(id, only, wanted)) return false;
    return only.size === 0 || only.has(id) || isWanted(id, only, wanted);
  });

const isWanted = (id: CheckId, only: ReadonlySet<CheckId>, wanted: ReadonlySet<OptionalId>): boolean =>
  only.has(id) || OPTIONAL_IDS.some((one) => one === id && wanted.has(one));

/** What is sent for checks, in the order in which it is: each once. */
export const probesOf = (ids: readonly CheckId[]): ProbeName[] => [
  ...new Set(ids.flatMap((id) => CHECKS[id].reads)),
];

/** Makes checks, one after another. @throws what aborts `signal` */
export async function examine(examination: Examination): Promise<Report> {
  const connection = connectionOf(examination.now);
  const close = (): void => connection.close();
  examination.signal.addEventListener('abort', close);
  try {
    return await new Examining(examination, connection).run();
  } finally {
    examination.signal.removeEventListener('abort', close);
    close();
  }
}

/** An endpoint that does not answer is left alone. */
const SILENT_IN_A_ROW = 2;

class Examining {
  private readonly examination: Examination;
  private readonly connection: Connection;
  private readonly seen = new Map<ProbeName, readonly Seen[]>();
  private readonly results = new Map<CheckId, Result>();
  private certificate: Facts['certificate'];
  private silent = 0;

  constructor(examination: Examination, connection: Connection) {
    this.examination = examination;
    this.connection = connection;
  }

  async run(): Promise<Report> {
    const { sender, selection, signal, timeoutMs, onResult } = this.examination;
    if (sender.url.startsWith('https:'))
      this.certificate = await certificateOf(sender.url, timeoutMs, signal);
    signal.throwIfAborted();
    for (const id of selected(selection)) {
      const { level, expected, advice } = this.checkOf(id);
      const found = await this.found(id);
      const status = found.status === 'fail' && level === 'should' ? 'warn' : found.status;
      const isRight = status === 'pass' || status === 'skip';
      const result = {
        id,
        level,
        expected,
        ...found,
        status,
        ...(!isRight && { advice: found.advice ?? advice }),
      };
      this.results.set(id, result);
      await onResult(result);
    }
    const results = [...this.results.values()];
    const all = [...this.seen.values()].flat();
    return {
      results,
      passes:
        results.every(({ status }) => status !== 'fail') && this.results.get('answers')?.status === 'pass',
      requests: all.length,
      error: this.seen.get('event')?.[0]?.error,
    };
  }

  /** What `--with` asks for has to hold. */
  private checkOf(id: CheckId): Check {
    const check = CHECKS[id];
    const { only, wanted } = this.examination.selection;
    return OPTIONAL_IDS.some((one) => one === id) && isWanted(id, only, wanted)
      ? { ...check, level: 'must' }
      : check;
  }

  private async found(id: CheckId): Promise<Pick<Result, 'status' | 'seen' | 'advice' | 'isVoid'>> {
    const { reads, readsIfRefused = [], after, judge } = CHECKS[id];
    const why = this.whyNot(id, reads, after);
    if (why !== undefined) return { status: 'skip', seen: why, isVoid: true };
    for (const probe of reads) if (!this.seen.has(probe)) await this.send(probe);
    if (this.isRefused()) for (const probe of readsIfRefused) await this.send(probe);
    return judge(this.facts());
  }

  /** A secret that was made just now is reason enough. */
  private isRefused(): boolean {
    const [event] = this.seen.get('event') ?? [];
    return this.examination.isSecretKnown && event !== undefined && isUnbelieved(event);
  }

  /** Why a check is not made. */
  private whyNot(id: CheckId, reads: Check['reads'], after: Check['after']): string | undefined {
    if (after && this.results.get(after.check)?.status === 'fail') return after.void;
    const isFirst = reads.length === 0 || id === 'redirects' || id === 'answers';
    if (isFirst) return undefined;
    const [event] = this.seen.get('event') ?? [];
    if (!event || !isAccepted(event)) return 'the first event was not taken';
    return this.silent >= SILENT_IN_A_ROW && reads.some((probe) => !this.seen.has(probe))
      ? `left off, since ${SILENT_IN_A_ROW} requests in a row got no answer`
      : undefined;
  }

  private async send(probe: ProbeName): Promise<void> {
    const { sender, now, timeoutMs, signal } = this.examination;
    const at = now();
    const requests = PROBES[probe].drafts(sender).map((draft) => requestOf(sender, draft, at));
    const answers = await Promise.all(requests.map((request) => this.connection.post(request, timeoutMs)));
    signal.throwIfAborted();
    this.seen.set(probe, answers);
    this.silent = answers.some(({ status }) => status !== undefined) ? 0 : this.silent + 1;
  }

  private facts(): Facts {
    const { sender, now, timeoutMs, selection, isSecretKnown } = this.examination;
    return {
      sender,
      now: now(),
      timeoutMs,
      wanted: selection.wanted,
      isSecretKnown,
      certificate: this.certificate,
      answers: (probe) => this.seen.get(probe) ?? [],
      all: (but = []) => [...this.seen].flatMap(([probe, answers]) => (but.includes(probe) ? [] : answers)),
    };
  }
}
