import type { Certificate } from './certificate.ts';
import type { CheckId, OptionalId } from './check-ids.ts';
import type { ProbeName, Sender } from './probes.ts';
import type { Seen } from './seen.ts';

/** What a check is made of. */
export interface Check {
  readonly level: 'must' | 'should';
  /** What a good endpoint does. */
  readonly expected: string;
  /** What helps where it does not. */
  readonly advice: string;
  /** What is sent for it, unless another check has sent it already. */
  readonly reads: readonly ProbeName[];
  /** What is sent besides where the first event is refused, to tell why. */
  readonly readsIfRefused?: readonly ProbeName[];
  /** Only where `--with` asks for it. */
  readonly isOptional?: true;
  /** A check without which this one tells nothing: what it says where that one failed. */
  readonly after?: { readonly check: CheckId; readonly void: string };
  readonly judge: (facts: Facts) => Found;
}

/**
 * `fail` of a check that should hold is a warning. `warn` is for what is half right, at any level; `skip` for what can't be told,
 * or does not matter here.
 */
export interface Found {
  readonly status: 'pass' | 'warn' | 'fail' | 'skip';
  /** What the endpoint did. */
  readonly seen: string;
  /** In place of the check's own. */
  readonly advice?: string;
}

/** What is known by now. */
export interface Facts {
  readonly sender: Sender;
  readonly now: number;
  readonly timeoutMs: number;
  readonly wanted: ReadonlySet<OptionalId>;
  /** Whether the endpoint can know the secret: it was given, and not made up just now. */
  readonly isSecretKnown: boolean;
  /** Of an https address. */
  readonly certificate?: Certificate | undefined;
  /** What came of a probe's requests, in their order: none where it was not sent. */
  readonly answers: (probe: ProbeName) => readonly Seen[];
  /** What came of all that has been sent, but for some. */
  readonly all: (but?: readonly ProbeName[]) => readonly Seen[];
}

/** What came of a probe of one request. */
export const answerTo = ({ answers }: Pick<Facts, 'answers'>, probe: ProbeName): Seen => answers(probe)[0]!;
