import { optionalEnv } from './env.ts';

/**
 * Where tables and payloads are, for the SDK's clients: a function in another AWS region is told, and to all others it is
 * their own. Read here rather than in a composition root, as the SDK reads the region itself: clients are made when their
 * module is loaded, and a function has one of each.
 */
const region = optionalEnv('HOME_REGION');

export const atHome: { readonly region?: string } = region === undefined ? {} : { region };
