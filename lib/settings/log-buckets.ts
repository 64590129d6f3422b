import * as z from 'zod';

const bucket = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket, such as example-access-logs');

/** Buckets that are there already, for access logs of what has none by default. Each is left out by itself. */
export const logBucketsSchema = z.strictObject({
  /** Of the home region and this account: takes the log of each bucket of the environment, below its stack's name. */
  s3: bucket.optional(),
  /** With access control lists on: takes the console's log of CloudFront, without cookies. */
  cloudFront: bucket.optional(),
});
