import type { TargetSettings } from '../../api/target-schemas.ts';
import { frameOf, type Maker } from '../../config/maker.ts';
import type { SettingProblem } from '../../destinations/kind.ts';
import type { KindName } from '../../destinations/kind-names.ts';
import { kindNamed, kindNameOf, kindOf } from '../../destinations/kinds.ts';
import { type Allowed, targetUrlProblem } from '../../http-client/target-url.ts';
import { endpointsOf } from '../../targets/challenge.ts';
import { customHeaderProblem } from '../../targets/request-headers.ts';
import { RETRY_PRESETS, type RetryPolicy, retryPolicyProblem } from '../../targets/retry-policy.ts';
import { keptSecret, newSecret, schemeOfSecret, secretProblem } from '../../targets/signature.ts';
import { type SigningSecret, type Target, versionOf } from '../../targets/target.ts';
import { TIMEOUT_SECONDS } from '../../targets/timeout.ts';
import { timeOfUlid } from '../../values/ids.ts';
import {
  HIDDEN,
  isQueryHidden,
  mapped,
  withoutSecrets,
  withoutValues,
  withQuery,
  withValues,
} from '../hide-secrets.ts';
import { destinationOf, isElsewhere, kindSettingsProblem, NOTHING_HIDDEN } from './target-kind.ts';

/** A target's settings, as they are read and can be written back. */
export function settingsOf(target: Target): TargetSettings & { kind: KindName } {
  const { url, regions, headers, signature, retry, timeoutMs, rateLimit, batching } = target;
  const { retryClientErrors = false } = target;
  const kind = kindNameOf(target);
  const { takes, secrets } = kindNamed(kind);
  return {
    kind,
    ...(target.settings && { [kind]: withoutSecrets(target.settings, secrets) }),
    ...(takes.has('url') && { url }),
    ...(regions && { regions }),
    ...(headers && { headers: withoutValues(headers) }),
    ...(target.transform !== undefined && { transform: target.transform }),
    ...(takes.has('signature') && { signature }),
    retry: { ...retry, schedule: [...retry.schedule] },
    retryClientErrors,
    timeoutSeconds: timeoutMs / 1000,
    ...(rateLimit && { rateLimit }),
    ...(batching && { batching }),
    challengeRequired: target.challenge !== undefined,
    ...(target.clientCertificate !== undefined && { clientCertificate: target.clientCertificate }),
    ...(target.name !== undefined && { name: target.name }),
    ...(target.description !== undefined && { description: target.description }),
    ...(target.metadata && { metadata: target.metadata }),
    active: target.active,
  };
}

/** What a target is made of, besides its settings. */
export interface Making {
  readonly make: Maker;
  /** A secret that the caller has chosen. */
  readonly secret?: string | undefined;
  /** How long a replaced secret goes on signing. */
  readonly overlapHours: number;
  /** What the target was before; undefined for a new one. */
  readonly previous?: Target | undefined;
}

/** A target by its settings. `targetProblem` says whether it can be used. */
export function targetFrom(settings: TargetSettings, making: Making): Target {
  const { make, previous } = making;
  const signature = settings.signature ?? schemeOf(making.secret, previous);
  const to = destinationOf(settings, previous);
  const next: Target = {
    id: previous?.id ?? make.id('tgt'),
    ...versionOf({ ...to, transform: settings.transform, clientCertificate: settings.clientCertificate }),
    ...to,
    transform: settings.transform,
    regions:
      settings.regions && mapped(settings.regions, (url, name) => withQuery(url, previous?.regions?.[name])),
    headers:
      settings.headers &&
      withValues(settings.headers, isElsewhere(settings, previous) ? {} : previous?.headers),
    signature,
    secrets: secretsOf(signature, making),
    retry: policyOf(settings.retry ?? 'default'),
    retryClientErrors: settings.retryClientErrors || undefined,
    timeoutMs: (settings.timeoutSeconds ?? TIMEOUT_SECONDS.default) * 1000,
    rateLimit: settings.rateLimit,
    batching: settings.batching,
    clientCertificate: settings.clientCertificate,
    name: settings.name,
    description: settings.description,
    metadata: settings.metadata,
    active: settings.active ?? true,
    owner: previous?.owner,
    ...frameOf(make, previous),
  };
  return settings.challengeRequired ? { ...next, challenge: challengeOf(next, making) } : next;
}

/**
 * The scheme, where the settings name none. `sha256` has to be named: it signs no time, so a captured request can be sent
 * again.
 */
const schemeOf = (secret: string | undefined, previous: Target | undefined): Target['signature'] =>
  schemeOfSecret(secret ?? '') ?? previous?.signature ?? 'standard';

const policyOf = (retry: NonNullable<TargetSettings['retry']>): RetryPolicy =>
  typeof retry === 'string'
    ? RETRY_PRESETS[retry]
    : { schedule: retry.schedule, jitter: retry.jitter ?? RETRY_PRESETS.default.jitter };

/** As many secrets as sign at once: the newest, and the two that quick rotations replaced. */
const MAX_SECRETS = 3;

/**
 * The secrets of a target, newest first. A new secret comes first, and the others go on signing for the overlap. Secrets that
 * the scheme can't sign with go; if none is left, a new one is made.
 */
function secretsOf(
  scheme: Target['signature'],
  { make, secret: given, overlapHours, previous }: Making,
): SigningSecret[] {
  const secret = given === undefined ? undefined : keptSecret(scheme, given);
  const usable = (previous?.secrets ?? []).filter(
    ({ value, expiresAt }) =>
      secretProblem(scheme, value) === undefined && (expiresAt === undefined || expiresAt > make.at),
  );
  const isNew = secret !== undefined && secret !== usable[0]?.value;
  if (!isNew && usable.length > 0) return usable;
  const first = { value: secret ?? newSecret(scheme, make.secret()), createdAt: make.at };
  const end = new Date(make.now + overlapHours * 3_600_000).toISOString();
  const replaced = usable
    .filter(({ value }) => value !== first.value)
    .map((old) => ({ ...old, expiresAt: old.expiresAt && old.expiresAt < end ? old.expiresAt : end }));
  return [first, ...(overlapHours > 0 ? replaced : [])].slice(0, MAX_SECRETS);
}

/** The secrets with a new one in front. */
export const rotated = (target: Target, making: Making): SigningSecret[] =>
  secretsOf(target.signature, {
    ...making,
    previous: target,
    secret: making.secret ?? newSecret(target.signature, making.make.secret()),
  });

/** A challenge that was passed stays passed while the target leads to the same endpoint. */
function challengeOf(next: Target, { make, previous }: Making): NonNullable<Target['challenge']> {
  const isSame =
    previous?.challenge !== undefined &&
    previous.url === next.url &&
    JSON.stringify(previous.regions) === JSON.stringify(next.regions) &&
    previous.signature === next.signature;
  return isSame ? previous.challenge! : newChallenge(make, previous?.challenge);
}

/** Tokens rise, so an answer to an earlier challenge is recognised as such. */
export const newChallenge = (
  make: Maker,
  previous?: Target['challenge'],
): NonNullable<Target['challenge']> => ({
  token: make.ulid(Math.max(make.now, previous ? timeOfUlid(previous.token) + 1 : 0)),
  at: make.at,
});

/** What schemas can't check: rules of the environment, and of several settings together. */
export function targetProblem(target: Target, allowed: Allowed): SettingProblem | undefined {
  const { takes } = kindOf(target);
  const own = kindSettingsProblem(target, allowed);
  if (own) return own;
  const problems: [string, string | undefined][] = [
    ['url', takes.has('url') ? urlProblem(target.url, allowed) : undefined],
    ...Object.entries(target.regions ?? {}).map(([region, url]): [string, string | undefined] => [
      `regions.${region}`,
      urlProblem(url, allowed),
    ]),
    ...Object.entries(target.headers ?? {}).map(([name, value]): [string, string | undefined] => [
      `headers.${name}`,
      headerProblem(name, value),
    ]),
    ['headers', namesProblem(Object.keys(target.headers ?? {}))],
    ['clientCertificate', certificateProblem(target)],
    ['secret', secretProblem(target.signature, target.secrets[0]!.value)],
    ['retry.schedule', retryPolicyProblem(target.retry)],
    ['transform', target.transform !== undefined && target.batching ? NOT_BATCHED : undefined],
  ];
  const found = problems.find(([, message]) => message !== undefined);
  return found && { field: found[0], message: found[1]! };
}

const NOT_BATCHED = 'expected either a transformation or batching: a batch is a request of its own form';

function certificateProblem(target: Target): string | undefined {
  if (target.clientCertificate === undefined) return undefined;
  const plain = endpointsOf(target).find(({ url }) => !/^https:/i.test(url));
  return plain && `expected none, or https: a client certificate is part of TLS, and ${plain.field} has none`;
}

/** Names of headers are the same in any case. */
function namesProblem(names: readonly string[]): string | undefined {
  const isTwice = new Set(names.map((name) => name.toLowerCase())).size < names.length;
  return isTwice ? 'expected each header once: upper and lower case are the same' : undefined;
}

const urlProblem = (url: string, allowed: Allowed): string | undefined =>
  isQueryHidden(url)
    ? `expected the query: there is none that ${HIDDEN} stands for, or it was meant for another address`
    : targetUrlProblem(url, allowed);

const headerProblem = (name: string, value: string): string | undefined =>
  value === HIDDEN ? NOTHING_HIDDEN : customHeaderProblem(name, value);
