import { hostOf, type ObjectStore } from './host.ts';

// In the place of `lambdas/platform/s3.ts`, whose client is the SDK's.

export const putObject: ObjectStore['putObject'] = (...args) => hostOf(globalThis).objects.putObject(...args);
export const getObject: ObjectStore['getObject'] = (...args) => hostOf(globalThis).objects.getObject(...args);
export const headBucket: ObjectStore['headBucket'] = (...args) =>
  hostOf(globalThis).objects.headBucket(...args);
