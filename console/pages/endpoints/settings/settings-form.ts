import { numberAsWritten } from '../../../api/as-written.ts';
import type { Schemas } from '../../../api/types.ts';
import type { Values } from '../kinds/fields.ts';
import { hasSettings, takes } from '../kinds/takes.ts';
import type { Scheme } from '../schemes.ts';
import type { Target } from '../use-endpoint.ts';
import { type Preset, presetOf, readWaits, waitsText } from './schedule.ts';

/** An endpoint's settings as a form, and back. Pure. */

/** A member of headers, regions or metadata. */
export interface Member {
  readonly name: string;
  readonly value: string;
}

export interface SettingsForm {
  readonly kind: string;
  /** The settings of its kind, with what the API shows in the place of what it hides. */
  readonly settings: Values;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly regions: readonly Member[];
  readonly headers: readonly Member[];
  /** A JSONata expression; empty for none. */
  readonly transform: string;
  /** The name of a secret; empty for none. */
  readonly clientCertificate: string;
  readonly signature: Scheme;
  readonly preset: Preset | 'own';
  /** Of an own schedule: `5 s, 2 min`. */
  readonly waits: string;
  /** Percent. */
  readonly jitter: string;
  readonly retryClientErrors: boolean;
  readonly timeoutSeconds: string;
  /** Requests a second; empty for no limit. */
  readonly perSecond: string;
  readonly isBatching: boolean;
  readonly maxEvents: string;
  readonly maxSeconds: string;
  readonly challengeRequired: boolean;
  readonly metadata: readonly Member[];
}

/** What the form decides of an endpoint, with what the API shows in the place of what it hides. */
export type Settings = Omit<Schemas['NewTarget'], 'secret' | 'active'>;

const membersOf = (record: Readonly<Record<string, string>> = {}): Member[] =>
  Object.entries(record).map(([name, value]) => ({ name, value }));

export const formOf = (target: Target): SettingsForm => ({
  kind: target.kind,
  settings: (target as unknown as Readonly<Record<string, Values | undefined>>)[target.kind] ?? {},
  name: target.name ?? '',
  description: target.description ?? '',
  url: target.url ?? '',
  regions: membersOf(target.regions),
  headers: membersOf(target.headers),
  transform: target.transform ?? '',
  clientCertificate: target.clientCertificate ?? '',
  signature: target.signature ?? 'standard',
  preset: presetOf(target.retry) ?? 'own',
  waits: waitsText(target.retry.schedule),
  jitter: String(Number((target.retry.jitter * 100).toFixed(4))),
  retryClientErrors: target.retryClientErrors,
  timeoutSeconds: String(target.timeoutSeconds),
  perSecond: target.rateLimit ? String(target.rateLimit.perSecond) : '',
  isBatching: target.batching !== undefined,
  maxEvents: String(target.batching?.maxEvents ?? 100),
  maxSeconds: String(target.batching?.maxSeconds ?? 5),
  challengeRequired: target.challengeRequired,
  metadata: membersOf(target.metadata),
});

function recordOf(members: readonly Member[]): Record<string, string> | undefined {
  const named = members.filter(({ name }) => name.trim() !== '');
  return named.length === 0
    ? undefined
    : Object.fromEntries(named.map(({ name, value }) => [name.trim(), value]));
}

/** Members without a value that is empty: those take their defaults. */
const present = (values: object): Settings =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as Settings;

export function settingsOf(form: SettingsForm): Settings {
  const { preset } = form;
  const own = () => ({
    schedule: readWaits(form.waits) ?? [],
    jitter: Number((numberAsWritten(form.jitter) / 100).toFixed(6)),
  });
  const { kind, settings } = form;
  const taken = <T>(option: string, value: T): T | undefined => (takes(kind, option) ? value : undefined);
  return present({
    name: form.name.trim(),
    description: form.description.trim(),
    ...(hasSettings(kind) && { [kind]: settings }),
    url: taken('url', form.url.trim()),
    regions: taken('regions', recordOf(form.regions)),
    headers: taken('headers', recordOf(form.headers)),
    transform: taken('transform', form.transform.trim()),
    clientCertificate: taken('clientCertificate', form.clientCertificate.trim()),
    signature: taken('signature', form.signature),
    retry: preset === 'own' ? own() : preset,
    retryClientErrors: form.retryClientErrors,
    timeoutSeconds: form.timeoutSeconds.trim() === '' ? undefined : numberAsWritten(form.timeoutSeconds),
    rateLimit: form.perSecond.trim() === '' ? undefined : { perSecond: numberAsWritten(form.perSecond) },
    batching: form.isBatching
      ? { maxEvents: numberAsWritten(form.maxEvents), maxSeconds: numberAsWritten(form.maxSeconds) }
      : undefined,
    challengeRequired: taken('challengeRequired', form.challengeRequired),
    metadata: recordOf(form.metadata),
  });
}

/** Of which one member can change alone. */
export const RECORDS: readonly string[] = ['regions', 'headers', 'metadata'];

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A merge patch (RFC 7396) that makes one of the other: only what has changed, with null for what is gone. */
export function patchFrom(before: Settings, after: Settings): Record<string, unknown> {
  return differences(before as Values, after as Values, (name, a, b) =>
    hasSettings(name)
      ? deepPatch(a, b)
      : RECORDS.includes(name) && a !== undefined && b !== undefined
        ? differences(a as Values, b as Values, (_, __, value) => value ?? null)
        : (b ?? null),
  );
}

/** A merge patch of one value: of an object, of what has changed in it. */
const deepPatch = (before: unknown, after: unknown): unknown =>
  isValues(before) && isValues(after)
    ? differences(before, after, (_, inner, value) => deepPatch(inner, value))
    : (after ?? null);

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function differences(
  before: Values,
  after: Values,
  change: (name: string, before: unknown, after: unknown) => unknown,
): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => !isSame(before[name], after[name]));
  return Object.fromEntries(changed.map((name) => [name, change(name, before[name], after[name])]));
}

/** What is wrong with a form before the API is asked, by the field's name there. */
export function problemsOf(form: SettingsForm): Readonly<Record<string, string>> {
  const twice = (members: readonly Member[]): string | undefined => {
    const names = members.map(({ name }) => name.trim().toLowerCase()).filter(Boolean);
    const double = names.find((name, i) => names.indexOf(name) !== i);
    return double && `${double} stands here twice`;
  };
  return present({
    retry: form.preset === 'own' ? scheduleProblem(form) : undefined,
    headers: twice(form.headers),
    regions: twice(form.regions),
    metadata: twice(form.metadata),
  }) as unknown as Record<string, string>;
}

function scheduleProblem({ waits, jitter }: SettingsForm): string | undefined {
  if (readWaits(waits) === undefined) return 'Expected waits such as 5 s, 2 min, 1 h, separated by commas';
  return Number.isNaN(Number(jitter)) ? 'Expected a spread from 0 to 100 percent' : undefined;
}
