import type { Target } from '../targets/target.ts';
import { type Kind, RequestProblem } from './kind.ts';

/** How a target's owner fetches. */
export interface PullSettings {
  /** How long whoever has fetched a message has it, in seconds, where the request does not say so. */
  readonly leaseSeconds?: number | undefined;
  /** How often a message may be fetched. One that nobody has acknowledged then is a dead letter. */
  readonly maxReceives?: number | undefined;
  /** Whether a message is only handed out once all before it are acknowledged, or dead. */
  readonly inOrder?: boolean | undefined;
}

export const PULL_DEFAULTS = {
  /** Enough for ten messages of a few seconds each; whoever needs longer says so, or extends. */
  leaseSeconds: 60,
  /** As many attempts as the default retry schedule has. */
  maxReceives: 10,
  inOrder: false,
} as const;

/** Whether a target's deliveries wait until its owner fetches them. */
export const isPulled = ({ kind }: Pick<Target, 'kind'>): boolean => kind === 'pull';

export const pullRulesOf = ({ settings }: Pick<Target, 'settings'>) => {
  const own = (settings ?? {}) as PullSettings;
  return {
    leaseSeconds: own.leaseSeconds ?? PULL_DEFAULTS.leaseSeconds,
    maxReceives: own.maxReceives ?? PULL_DEFAULTS.maxReceives,
    inOrder: own.inOrder ?? PULL_DEFAULTS.inOrder,
  };
};

/** A target whose owner can't open a port. What comes for it waits in its hold queue until it is fetched. */
export const pull: Kind<PullSettings> = {
  takes: new Set(['signature', 'secret']),
  isFetched: true,
  secrets: [],
  address: () => 'pull',
  request() {
    throw new RequestProblem('unsendable', 'what a pull target gets is fetched, never sent');
  },
};
