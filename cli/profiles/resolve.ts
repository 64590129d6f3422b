import { CommandError, UsageError } from '../failure.ts';
import type { Io } from '../io.ts';
import { type Profile, readConfig } from './config-file.ts';
import { LOCAL, runningLocalCloud } from './local-cloud.ts';

/** A profile that is used, and where it comes from. */
export interface UsedProfile extends Profile {
  readonly name: string;
}

/** An API's address, as typed. @throws UsageError */
export function apiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(`expected an address such as https://api.example.com, got ${JSON.stringify(text)}`);
  if (url.username || url.password || url.search || url.hash)
    throw new UsageError('expected an address without user, query and fragment');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether whoever is on the way can read what is sent to an address, the key with it. On this machine nobody is. */
export function isInClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/**
 * Which environment is asked: the one that `--profile` names; POSTHORN_URL with POSTHORN_KEY; the one that POSTHORN_PROFILE
 * names; the one that was signed in to last; the local cloud that runs. A key alone in the environment replaces a profile's.
 * @throws CommandError that says how to sign in
 */
export async function usedProfile(io: Io, named: string | undefined): Promise<UsedProfile> {
  const { POSTHORN_URL: url, POSTHORN_KEY: key, POSTHORN_PROFILE: fromEnv } = io.env;
  if (named !== undefined) return ofName(io, named);
  if (url) {
    if (!key) throw new CommandError('POSTHORN_URL is set, and POSTHORN_KEY is not: expected both');
    return { name: 'POSTHORN_URL', url: apiUrl(url), key };
  }
  const found = await (fromEnv ? ofName(io, fromEnv) : implied(io));
  return key ? { ...found, key } : found;
}

async function implied(io: Io): Promise<UsedProfile> {
  const { current, profiles } = await readConfig(io);
  const kept = current === undefined ? undefined : profiles[current];
  if (kept) return { ...kept, name: current! };
  const local = await runningLocalCloud(io);
  if (local) return { ...local, name: LOCAL };
  throw new CommandError(
    'nobody is signed in, and no local cloud runs on this machine, or it is still starting',
    {
      hint: `\`posthorn login\` keeps an address and a key. ${howToRun(io)}`,
    },
  );
}

async function ofName(io: Io, name: string): Promise<UsedProfile> {
  if (name === LOCAL) {
    const local = await runningLocalCloud(io);
    if (local) return { ...local, name };
    throw new CommandError('no local cloud runs on this machine, or it is still starting', {
      hint: howToRun(io),
    });
  }
  const { profiles } = await readConfig(io);
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (found) return { ...found, name };
  const known = Object.keys(profiles);
  throw new UsageError(
    known.length === 0
      ? `there is no profile ${JSON.stringify(name)}: \`posthorn login --profile ${name}\` makes it`
      : `there is no profile ${JSON.stringify(name)}: expected one of ${known.join(', ')}, or ${LOCAL}`,
  );
}

const HOW_TO_RUN =
  '`npm start` in a clone of Posthorn runs a local cloud. It is ready once it prints its addresses.';

/** A cloud says that it runs in the folder of settings, which may be another one in its shell. */
const howToRun = ({ env }: Pick<Io, 'env'>): string =>
  env.POSTHORN_CONFIG_DIR ? `${HOW_TO_RUN} Start it with the same POSTHORN_CONFIG_DIR as here.` : HOW_TO_RUN;
