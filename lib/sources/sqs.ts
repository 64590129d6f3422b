import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { AccountPrincipal, ArnPrincipal, type IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { SqsSource } from '../../lambdas/sources/sqs/sqs-source.ts';
import { sourceId } from '../settings/sources/common.ts';
import type { SqsSourceSettings } from '../settings/sources/sqs.ts';
import { createSourceQueue } from './source-queue.ts';
import type { SourceSurroundings } from './surroundings.ts';

/** A queue that other systems send events to. */
export function createSqsSource(
  stack: Stack,
  settings: SqsSourceSettings,
  surroundings: SourceSurroundings,
): void {
  const { name, tenant, attributes, defaults, queueName, producers = [], concurrency } = settings;
  const id = sourceId('sqs', name);
  const source: { kind: 'sqs' } & SqsSource = { kind: 'sqs', name, tenant, attributes, defaults };
  const { queue } = createSourceQueue(stack, id, surroundings, { source, queueName, concurrency });
  if (producers.length > 0) {
    queue.addToResourcePolicy(
      new PolicyStatement({
        principals: producers.map(principalOf),
        actions: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
        resources: [queue.queueArn],
      }),
    );
  }
  new CfnOutput(stack, `${id}Url`, {
    value: queue.queueUrl,
    description: `Where to send events of ${name}`,
  });
}

const principalOf = (producer: string): IPrincipal =>
  /^\d/.test(producer) ? new AccountPrincipal(producer) : new ArnPrincipal(producer);
