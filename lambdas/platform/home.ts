import { optionalEnv } from './env.ts';

/**
 * The AWS region of tables and payloads, for the SDK's clients. HOME_REGION is set only for functions outside that region.
 * It is read here rather than in a composition root, as the SDK reads the region itself: clients are made when their
 * module is loaded, and a function has one of each.
 */
const region = optionalEnv('HOME_REGION');

export const atHome: { readonly region?: string } = region === undefined ? {} : { region };
