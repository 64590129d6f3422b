import * as z from 'zod';
import { region, roleArn } from './aws.ts';

export const s3 = z
  .strictObject({
    roleArn,
    bucket: z
      .string()
      .min(3)
      .max(63)
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket, such as acme-events')
      .meta({ description: 'The bucket, of the role’s account.' }),
    region: region.meta({ description: 'The bucket’s region.' }),
    prefix: z
      .string()
      .max(512)
      .regex(
        /^[A-Za-z0-9_=-][A-Za-z0-9_.=-]*([/][A-Za-z0-9_=-][A-Za-z0-9_.=-]*)*$/,
        'expected letters, digits and -_.= with / between, such as events/orders',
      )
      .optional()
      .meta({ description: 'What the objects’ keys begin with.' }),
  })
  .meta({
    id: 'S3Target',
    description: 'Objects in a bucket in your own account, one for each event. See docs/destinations.md.',
  });
