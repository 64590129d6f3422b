import { Posthorn } from '../client/index.ts';
import type { Io } from './io.ts';
import { debugHooks } from './output/debug.ts';
import { type Out, outOf } from './output/out.ts';
import { type UsedProfile, usedProfile } from './profiles/resolve.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly profile?: string | undefined;
  readonly json?: boolean | undefined;
  readonly debug?: boolean | undefined;
}

/** What a command works with. */
export interface Context {
  readonly io: Io;
  readonly out: Out;
  readonly options: CommonOptions;
  /** The environment that is asked. @throws CommandError when nobody is signed in */
  profile(): Promise<UsedProfile>;
  /** Its API. */
  api(): Promise<Posthorn>;
  /** The API of another address or key, with the same hooks. */
  apiOf(profile: { readonly url: string; readonly key: string }): Posthorn;
}

export function contextOf(io: Io, options: CommonOptions): Context {
  const out = outOf(io, options.json === true);
  let found: Promise<UsedProfile> | undefined;
  const profile = (): Promise<UsedProfile> => {
    found ??= usedProfile(io, options.profile);
    return found;
  };
  const apiOf: Context['apiOf'] = ({ url, key }) =>
    new Posthorn({ url, key, ...(options.debug && debugHooks(io)) });
  return { io, out, options, profile, apiOf, api: async () => apiOf(await profile()) };
}
