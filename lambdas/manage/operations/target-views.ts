import type { TargetView } from '../../api/target-schemas.ts';
import type { StoredHealth } from '../../endpoint-health/health.ts';
import { type TroubleState, troubleOf } from '../../endpoint-health/target-state.ts';
import { fail, type OnUnreadable } from '../../platform/items.ts';
import { hasPassed } from '../../targets/challenge.ts';
import type { ChallengeResult } from '../../targets/challenge-store.ts';
import type { Target } from '../../targets/target.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { refName } from '../../values/target-ref.ts';
import type { Environment, ManageDeps } from '../deps.ts';
import { addressIn, disabledIn, madeWithIn, publicKeyIn, trustIn } from '../views.ts';
import { settingsOf } from './target-settings.ts';

/** A target with what is known of it beside its counters. */
export interface KnownTarget {
  readonly tenant: string;
  readonly target: Target;
  readonly health: StoredHealth | undefined;
  readonly verification: TargetView['verification'];
}

export type KnowingDeps = Pick<ManageDeps, 'challenges' | 'health' | 'environment'>;

/** What is known of targets: their health, and what became of their challenges. Reads are consistent. */
export async function knownOf(
  { challenges, health }: Pick<KnowingDeps, 'challenges' | 'health'>,
  targets: readonly Pick<KnownTarget, 'tenant' | 'target'>[],
  onUnreadable: OnUnreadable,
): Promise<KnownTarget[]> {
  const refOf = ({ tenant, target }: (typeof targets)[number]) => ({ tenant, target: target.id });
  const challenged = targets.filter(({ target }) => target.challenge).map(refOf);
  const [results, healthByName] = await Promise.all([
    challenges.getChallengeResults(challenged, (_, error) => onUnreadable(error)),
    health.readHealth(targets.map(refOf), {
      consistent: true,
      mend: true,
      onUnreadable: (_, error) => onUnreadable(error),
    }),
  ]);
  return targets.map(({ tenant, target }) => {
    const name = refName({ tenant, target: target.id });
    return {
      tenant,
      target,
      health: healthByName.get(name),
      verification: target.challenge && verificationOf(target.challenge, results.get(name)),
    };
  });
}

/** A target as it is shown: without secrets, with the state of its challenge, and whether it is disabled. */
export const viewFrom = (
  { tenant, target, health, verification }: KnownTarget,
  environment: Environment,
): TargetView => ({
  id: target.id,
  ...(settingsOf(target) as Required<Pick<TargetView, keyof ReturnType<typeof settingsOf>>>),
  ...addressIn(target),
  ...trustIn(target, tenant, environment),
  ...madeWithIn(target),
  ...publicKeyIn(target),
  ...(verification && { verification }),
  ...disabledIn(health),
  createdAt: target.createdAt,
  updatedAt: target.updatedAt,
});

export async function viewOf(deps: KnowingDeps, tenant: string, target: Target): Promise<TargetView> {
  const [known] = await knownOf(deps, [{ tenant, target }], fail);
  return viewFrom(known!, deps.environment);
}

const isVerified = ({ verification }: Pick<KnownTarget, 'verification'>): boolean =>
  verification === undefined || verification.state === 'passed';

/** What its state follows from. */
export const statusOf = (known: KnownTarget, now: number) => ({
  isActive: known.target.active,
  isVerified: isVerified(known),
  health: known.health,
  now,
});

export const troubleIn = (known: KnownTarget, now: number): TroubleState | undefined =>
  troubleOf(statusOf(known, now));

function verificationOf(
  challenge: NonNullable<Target['challenge']>,
  result: ChallengeResult | undefined,
): NonNullable<TargetView['verification']> {
  if (result?.token !== challenge.token || result.pending) return { state: 'pending' };
  const at = rfc3339(result.at);
  return hasPassed(challenge, result)
    ? { state: 'passed', at }
    : { state: 'failed', at, ...(result.problem && { problem: result.problem }) };
}
