import type { Poster } from '../../../lambdas/http-client/http-post.ts';

/** What an environment's code reaches of the simulation, beside AWS's services. */
export interface HostGlobals {
  readonly post: Poster;
  readonly objects: ObjectStore;
  publishAlert(
    topicArn: string,
    alert: { readonly subject: string; readonly message: string },
  ): Promise<void>;
}

/** S3, as `lambdas/platform/s3.ts` asks it. */
export interface ObjectStore {
  putObject(bucket: string, key: string, body: Uint8Array): Promise<void>;
  getObject(bucket: string, key: string): Promise<Uint8Array | undefined>;
  headBucket(bucket: string): Promise<void>;
}

/** Where the host puts them. The name is one of this file alone. */
export const HOST = Symbol.for('posthorn.simulation');

export const hostOf = (globals: object): HostGlobals => (globals as { [HOST]: HostGlobals })[HOST];
