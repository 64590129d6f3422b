import {
  AWS_ENVIRONMENT_NAMES,
  awsSettingsOf,
  checkSettings,
  type EnvironmentName,
  LOCAL,
  type Settings,
} from './config.ts';

/** The sizes that an environment in AWS can have. They are equally strict, and differ in concurrency and in what protects their data. */
type PosthornSize = Exclude<EnvironmentName, typeof LOCAL>;

/** What no environment in AWS may choose, or no longer has. */
type Fixed = 'allowHttp' | 'allowPrivateAddresses' | 'alertEmails';

/** Lists that are not changed. */
type Given<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Given<T[Key]> }
    : T;

/** Members that a size has may be left out; what a size does not have is given as a whole. */
type Over<T> = T extends readonly unknown[]
  ? Given<T>
  : T extends object
    ? { readonly [Key in keyof T]?: undefined extends T[Key] ? Given<T[Key]> : Over<T[Key]> }
    : T;

interface Chosen {
  /**
   * Where settings come from that are left out. `dev` is as small as AWS allows, `staging` has room, `prod` has a concurrency for 500
   * deliveries a second in each lane, and protects its data.
   */
  readonly size: PosthornSize;
  /**
   * The name of the environment: a part of the names of all stacks (`posthorn-<name>-storage`), of queues, alarms and metrics. A
   * deployed environment can't be renamed. Words of lower case letters and digits with - between, at most 20 characters, 7 with three
   * `dispatchRegions`.
   * Left out, the id of the construct.
   */
  readonly environmentName?: string;
  /** The console, a stack of its own; every size has one. `false`: there is none, and the API is reached at its own address alone. */
  readonly console?: false | Over<NonNullable<Settings['console']>>;
}

/**
 * Settings of an environment. Objects are merged over those of the size: `monitoring: { monthlyBudgetDollars: 50 }` changes nothing else
 * of `monitoring`. Lists take the place of the size's.
 */
export type PosthornProps = Chosen & Over<Omit<Settings, Fixed | 'console'>>;

const WORDS = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Names of queues hold the environment's, and one function's variables, 4 KB, hold theirs: see test/lib/quotas.test.ts. */
const longest = (dispatchRegions: number): number => (dispatchRegions < 3 ? 20 : 7);

/**
 * The settings that props stand for, checked.
 * @throws Error that names each wrong or unknown prop
 */
export function settingsOfProps(
  name: string,
  { size, environmentName: _, console, ...props }: PosthornProps,
): Settings {
  if (!AWS_ENVIRONMENT_NAMES.includes(size))
    throw new Error(`size: expected ${AWS_ENVIRONMENT_NAMES.join(', ')}, got ${JSON.stringify(size)}`);
  const { console: ofSize, ...base } = awsSettingsOf(size);
  const settings = checkSettings(name, {
    ...(merged(base, props) as object),
    ...(console !== false && { console: merged(ofSize, console) }),
  });
  checkName(name, settings.dispatchRegions.length);
  return settings;
}

function checkName(name: string, dispatchRegions: number): void {
  const most = longest(dispatchRegions);
  if (name !== LOCAL && WORDS.test(name) && name.length <= most) return;
  throw new Error(
    `expected environmentName, or the construct's id without it, to be words of lower case letters and digits with - between, such as prod-eu, at most ${most} characters with ${dispatchRegions} dispatchRegions and not ${LOCAL}, got ${JSON.stringify(name)}`,
  );
}

/** Plain objects member by member; of anything else, what is given. */
function merged(base: unknown, given: unknown): unknown {
  if (given === undefined) return base;
  if (!isPlain(base) || !isPlain(given)) return given;
  const members = Object.entries(given).map(([key, value]) => [key, merged(base[key], value)] as const);
  return { ...base, ...Object.fromEntries(members) };
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
