import type { ROUTES } from '../../api/routes.ts';
import { newTarget, type TargetSettings } from '../../api/target-schemas.ts';
import type { ChallengeMessage } from '../../delivery/messages.ts';
import { kindOf } from '../../destinations/kinds.ts';
import { ApiError, invalid } from '../../http/errors.ts';
import { keyIdOf, publicPartOf } from '../../targets/signature.ts';
import type { Target } from '../../targets/target.ts';
import { mergePatch } from '../../values/merge-patch.ts';
import { removeUnbound } from '../bindings.ts';
import type { Environment, ManageDeps } from '../deps.ts';
import { shownTo } from '../hide-secrets.ts';
import type { Call, Operation } from '../operation.ts';
import { checked } from '../request.ts';
import { kindProblem } from './target-kind.ts';
import {
  type Making,
  newChallenge,
  rotated,
  settingsOf,
  targetFrom,
  targetProblem,
} from './target-settings.ts';
import { forgetTarget, noteSwitch, restart } from './target-status.ts';
import { type KnowingDeps, viewOf } from './target-views.ts';
import { refuseBadTransform } from './transform-test.ts';

type Routes = typeof ROUTES;

/** @throws ApiError that names the setting. @param fieldName what the caller calls a setting */
export function refuseUnusable(
  { allowed }: Environment,
  target: Target,
  fieldName = (field: string): string => field,
): Target {
  const problem = targetProblem(target, allowed);
  if (problem) throw invalid(problem.message, fieldName(problem.field));
  return target;
}

/**
 * A target by settings that can be used.
 * @throws ApiError that names the setting. @param fieldName as above
 */
export function usableTarget(
  environment: Environment,
  settings: TargetSettings,
  making: Making,
  fieldName = (field: string): string => field,
): Target {
  const problem = kindProblem({ ...settings, secret: making.secret });
  if (problem) throw invalid(problem.message, fieldName(problem.field));
  return refuseUnusable(environment, targetFrom(settings, making), fieldName);
}

/**
 * Sends the target's challenge, if it has one and the endpoint has not answered it yet.
 * @param before the target as it was, for one that is changed
 */
export async function sendChallenge(
  { challenges, sendToSlowLane }: Pick<ManageDeps, 'challenges' | 'sendToSlowLane'>,
  tenant: string,
  { id, challenge }: Target,
  before?: Target,
): Promise<void> {
  const ref = { tenant, target: id };
  if (!challenge) {
    if (before?.challenge) await challenges.forgetChallenge(ref);
    return;
  }
  const known = await challenges.getChallengeResult(ref);
  // One that is pending may have been noted and not sent.
  if (known?.token === challenge.token && !known.pending) return;
  await challenges.openChallenge(ref, challenge);
  const message: ChallengeMessage = { v: 1, kind: 'challenge', tenant, target: id, token: challenge.token };
  await sendToSlowLane(message);
}

export const createTarget: Operation<Routes['createTarget']> = async (deps, { tenant, body, make }) => {
  const { targets } = deps;
  const { secret, ...settings } = body;
  await refuseBadTransform(deps, tenant, body.transform);
  const { overlapHours } = deps.environment;
  const wanted = usableTarget(deps.environment, settings, { make, secret, overlapHours });
  await targets.refuseBeyondLimit(tenant, wanted.id);
  const made = await targets.add(tenant, wanted);
  // The view is made before the challenge is sent: the endpoint may answer before we do.
  const view = await viewOf(deps, tenant, made);
  if (!made.active) await noteSwitch(deps, tenant, made);
  await sendChallenge(deps, tenant, made);
  return { status: 201, body: { ...view, ...secretIn(made) }, revision: made.revision };
};

/** The answer to a creation shows a shared secret, since the endpoint needs it. */
export function secretIn(target: Target): { secret?: string } {
  const { signature, secrets } = target;
  const isShared = publicPartOf(signature, secrets[0]!.value) === undefined;
  return isShared && kindOf(target).takes.has('signature') ? { secret: secrets[0]!.value } : {};
}

export const getTarget: Operation<Routes['getTarget']> = async (deps, { tenant, caller, id }) => {
  const answer = await shown(deps, tenant, await deps.targets.existing(tenant, id));
  return { ...answer, body: shownTo(caller, answer.body) };
};

async function shown(deps: KnowingDeps, tenant: string, target: Target) {
  return { status: 200, body: await viewOf(deps, tenant, target), revision: target.revision } as const;
}

export const patchTarget: Operation<Routes['patchTarget']> = async (deps, call) =>
  changed(deps, call, (current) => checked(newTarget, mergePatch(settingsOf(current), call.body)));

export const putTarget: Operation<Routes['putTarget']> = async (deps, call) =>
  changed(deps, call, () => call.body);

type Change = Call<Routes['putTarget']>;

async function changed(
  deps: ManageDeps,
  {
    tenant,
    id,
    ifMatch,
    make,
    body: written,
  }: Omit<Change, 'body' | 'query'> & { body: { transform?: unknown } },
  settingsFor: (current: Target) => Change['body'],
) {
  await refuseBadTransform(deps, tenant, written.transform);
  let before: Target | undefined;
  const next = await deps.targets.change(tenant, id, ifMatch, make.at, (previous) => {
    before = previous;
    const { secret, ...settings } = settingsFor(previous);
    const { overlapHours } = deps.environment;
    return usableTarget(deps.environment, settings, { make, secret, overlapHours, previous });
  });
  const answer = await shown(deps, tenant, next);
  await noteSwitch(deps, tenant, next);
  await sendChallenge(deps, tenant, next, before);
  return { ...answer, body: { ...answer.body, ...newSecretIn(next, before) } };
}

/** The answer to a change shows a new shared secret, since the endpoint needs it. */
export const newSecretIn = (next: Target, before: Target | undefined): { secret?: string } =>
  next.secrets[0]?.value === before?.secrets[0]?.value ? {} : secretIn(next);

export const enableTarget: Operation<Routes['enableTarget']> = (deps, call) =>
  switchTo(deps, call, true, (target) =>
    restart(deps, call.tenant, target, call.caller.keepSeconds, call.make.now),
  );
export const disableTarget: Operation<Routes['disableTarget']> = (deps, call) =>
  switchTo(deps, call, false, (target) => noteSwitch(deps, call.tenant, target));

async function switchTo(
  deps: ManageDeps,
  { tenant, id, ifMatch, make }: Pick<Change, 'tenant' | 'id' | 'ifMatch' | 'make'>,
  active: boolean,
  andThen: (target: Target) => Promise<void>,
) {
  const target = await deps.targets.change(tenant, id, ifMatch, make.at, (current) => ({
    ...current,
    active,
  }));
  await andThen(target);
  return shown(deps, tenant, target);
}

export const deleteTarget: Operation<Routes['deleteTarget']> = async (deps, { tenant, id, ifMatch }) => {
  await removeUnbound(deps, tenant, 'targetId', id, ifMatch);
  await forgetTarget(deps, { tenant, target: id });
  return { status: 204 };
};

export const getSecrets: Operation<Routes['getSecrets']> = async ({ targets }, { tenant, id, make }) => {
  const target = await targets.existing(tenant, id);
  return { status: 200, body: { items: secretViews(target, make.at) }, revision: target.revision };
};

/** Of a key pair only the half that verifies is shown. */
function shownSecret(signature: Target['signature'], secret: string) {
  const publicKey = publicPartOf(signature, secret);
  return publicKey === undefined ? { secret } : { publicKey };
}

const secretViews = ({ signature, secrets }: Target, at: string) =>
  secrets
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > at)
    .map(({ value, createdAt, expiresAt }) => ({
      ...shownSecret(signature, value),
      keyId: keyIdOf(signature, value),
      createdAt,
      ...(expiresAt && { expiresAt }),
    }));

export const rotateSecret: Operation<Routes['rotateSecret']> = async (
  { targets, environment },
  { tenant, id, ifMatch, make, body },
) => {
  const next = await targets.change(tenant, id, ifMatch, make.at, (current) => {
    const making = { make, secret: body.secret, overlapHours: body.overlapHours ?? environment.overlapHours };
    return refuseUnusable(environment, { ...current, secrets: rotated(current, making) });
  });
  return { status: 200, body: { items: secretViews(next, make.at) }, revision: next.revision };
};

/** A new token voids earlier answers, so nothing is delivered until the endpoint has answered this challenge. */
export const challengeTarget: Operation<Routes['challengeTarget']> = async (
  deps,
  { tenant, id, ifMatch, make },
) => {
  const next = await deps.targets.change(tenant, id, ifMatch, make.at, (current) => {
    if (current.challenge) return { ...current, challenge: newChallenge(make, current.challenge) };
    throw new ApiError(409, 'conflict', 'expected a target with challengeRequired');
  });
  const body = await viewOf(deps, tenant, next);
  await sendChallenge(deps, tenant, next);
  return { status: 202, body, revision: next.revision };
};
