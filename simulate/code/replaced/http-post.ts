import { type HostGlobals, hostOf } from './host.ts';

/** In the place of `lambdas/http-client/http-post.ts`: requests go to endpoints of the simulation. */
export const createPoster = (): HostGlobals['post'] => hostOf(globalThis).post;
