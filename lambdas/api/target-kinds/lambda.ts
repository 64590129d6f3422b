import * as z from 'zod';
import { arn, format, roleArn } from './aws.ts';

export const lambda = z
  .strictObject({
    roleArn,
    functionArn: arn(
      'lambda',
      'function:[A-Za-z0-9_-]{1,64}(:[$A-Za-z0-9_-]{1,128})?',
      'arn:aws:lambda:eu-central-1:123456789012:function:orders',
    ),
    invocation: z.enum(['sync', 'async']).optional().meta({
      description:
        '`sync`: a delivery arrives when the function has ended well. `async`: when Lambda has taken it. `sync` when left out.',
    }),
    format,
  })
  .meta({
    id: 'LambdaTarget',
    description: 'A Lambda function in your own account.',
  });
