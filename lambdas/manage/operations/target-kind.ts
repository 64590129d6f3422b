import { isDeepStrictEqual } from 'node:util';
import { hasDefaults, KIND_SETTINGS, needsSettings } from '../../api/target-kinds.ts';
import type { TargetSettings } from '../../api/target-schemas.ts';
import { OPTIONS, type SettingProblem } from '../../destinations/kind.ts';
import { DEFAULT_KIND, type KindName } from '../../destinations/kind-names.ts';
import { kindNamed, kindNameOf } from '../../destinations/kinds.ts';
import type { Allowed } from '../../http-client/target-url.ts';
import { RETRY_PRESETS } from '../../targets/retry-policy.ts';
import type { Target } from '../../targets/target.ts';
import { TIMEOUT_SECONDS } from '../../targets/timeout.ts';
import { missing } from '../../values/problem-words.ts';
import { HIDDEN, secretStillHidden, withQuery, withSecrets } from '../hide-secrets.ts';

/** What a target's kind makes of its settings. */

/**
 * Whether a target leads to another host than before, or to the same without TLS. Hidden header values are not sent there, since a caller that may
 * change the address could read them that way.
 */
export function isElsewhere(
  { url = '', regions = {} }: TargetSettings,
  previous: Target | undefined,
): boolean {
  if (!previous) return false;
  return !areAmong(
    [url, ...Object.values(regions)],
    [previous.url, ...Object.values(previous.regions ?? {})],
  );
}

/** What a target is, and where it leads. Hidden settings are kept while they go to where they went before. */
export function destinationOf(
  settings: TargetSettings,
  previous: Target | undefined,
): Pick<Target, 'kind' | 'settings' | 'url'> {
  const kind = settings.kind ?? DEFAULT_KIND;
  const { takes, secrets, address, sendsSecretsTo } = kindNamed(kind);
  const written = writtenFor(settings, kind);
  const url = takes.has('url') ? withQuery(settings.url ?? '', previous?.url) : undefined;
  const isSame =
    previous !== undefined &&
    kindNameOf(previous) === kind &&
    !(url && isElsewhere(settings, previous)) &&
    areAmong(written && sendsSecretsTo?.(written), previous.settings && sendsSecretsTo?.(previous.settings));
  const kept = written && withSecrets(written, secrets, isSame ? previous.settings : undefined);
  return {
    kind: kind === DEFAULT_KIND ? undefined : kind,
    settings: kept,
    url: url ?? (kept && address ? address(kept) : ''),
  };
}

/** Whether URLs have no hosts but those of others, and none is spoken to without TLS that was not before. */
const areAmong = (urls: readonly string[] = [], known: readonly string[] = []): boolean => {
  const before = parsedOf(known);
  return parsedOf(urls).every(({ host, protocol }) =>
    before.some((one) => one.host === host && (protocol === 'https:' || one.protocol === protocol)),
  );
};

const parsedOf = (urls: readonly string[]): URL[] => urls.flatMap((text) => URL.parse(text) ?? []);

/** The settings of its kind, if they were written; none of them where each has a default. */
const writtenFor = (settings: TargetSettings, kind: KindName): object | undefined =>
  (settings as Readonly<Record<string, object | undefined>>)[kind] ?? (hasDefaults(kind) ? {} : undefined);

/** Which members a kind takes: of the options, and of the settings of kinds. */
export function kindProblem(
  settings: TargetSettings & { secret?: string | undefined },
): SettingProblem | undefined {
  const { kind = DEFAULT_KIND, ...written } = settings;
  const { takes, isFetched } = kindNamed(kind);
  const has = (member: string): boolean =>
    ![undefined, false].includes((written as Readonly<Record<string, undefined>>)[member]);
  const foreign = [
    ...OPTIONS.filter((option) => !takes.has(option)),
    ...Object.keys(KIND_SETTINGS).filter((name) => name !== kind),
    ...(isFetched ? ofRequests(settings) : []),
  ].find(has);
  if (foreign !== undefined)
    return { field: foreign, message: `expected none: a target of kind ${kind} has no ${foreign}` };
  const required = [...(takes.has('url') ? ['url'] : []), ...(needsSettings(kind) ? [kind] : [])];
  const lacking = required.find((member) => !has(member));
  return lacking === undefined ? undefined : { field: lacking, message: missing() };
}

/** Options of requests that say something. What all targets are shown with can be written back. */
function ofRequests({ rateLimit, retryClientErrors, timeoutSeconds, retry }: TargetSettings): string[] {
  const { schedule, jitter } =
    typeof retry === 'string' ? RETRY_PRESETS[retry] : { ...DEFAULT_RETRY, ...retry };
  const isDefault = isDeepStrictEqual({ schedule, jitter }, { ...DEFAULT_RETRY });
  return [
    ...(rateLimit ? ['rateLimit'] : []),
    ...(retryClientErrors ? ['retryClientErrors'] : []),
    ...((timeoutSeconds ?? TIMEOUT_SECONDS.default) === TIMEOUT_SECONDS.default ? [] : ['timeoutSeconds']),
    ...(isDefault ? [] : ['retry']),
  ];
}

const DEFAULT_RETRY = RETRY_PRESETS.default;

/** Of a value that was written as it is shown. */
export const NOTHING_HIDDEN = `expected the value: there is none that ${HIDDEN} stands for, or it was meant for another host`;

/** What is wrong with the settings of a target's kind, that its schema can't see. */
export function kindSettingsProblem(target: Target, allowed: Allowed): SettingProblem | undefined {
  const kind = kindNameOf(target);
  const { secrets, problem } = kindNamed(kind);
  const { settings } = target;
  if (!settings) return undefined;
  const hidden = secretStillHidden(settings, secrets);
  const found =
    hidden === undefined ? problem?.(settings, allowed, target) : { field: hidden, message: NOTHING_HIDDEN };
  return found && { ...found, field: `${kind}.${found.field}` };
}
