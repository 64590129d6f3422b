import { type HostGlobals, hostOf } from './host.ts';

/** In the place of `lambdas/notifications/alert-topic.ts`, whose client is the SDK's. */
export const publishAlert: HostGlobals['publishAlert'] = (...args) =>
  hostOf(globalThis).publishAlert(...args);
