import { type Stack, Token } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { EventBridgeSource } from '../../lambdas/sources/eventbridge/event-bridge-source.ts';
import { sourceId } from '../settings/sources/common.ts';
import type { EventBridgeSourceSettings } from '../settings/sources/event-bridge.ts';
import { withoutOwn } from '../settings/sources/event-pattern.ts';
import { createSourceQueue } from './source-queue.ts';
import type { SourceSurroundings } from './surroundings.ts';

/** How long EventBridge tries to hand an event over to the queue: its defaults, the most that it takes. */
const RETRIES = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

/** A rule of a bus, which sends events to a queue of ours: so they wait while we are down, and a flood is bounded. */
export function createEventBridgeSource(
  stack: Stack,
  settings: EventBridgeSourceSettings,
  surroundings: SourceSurroundings,
): void {
  const { bus, pattern, concurrency, ...read } = settings;
  const id = sourceId('eventBridge', settings.name);
  const source: { kind: 'eventbridge' } & EventBridgeSource = { kind: 'eventbridge', ...read };
  const { queue } = createSourceQueue(stack, id, surroundings, { source, concurrency });
  checkRegion(stack, settings);
  const { deadLetters } = surroundings;
  const rule = new CfnRule(stack, `${id}Rule`, {
    description: `Events for Posthorn (${surroundings.environment}): ${settings.name}`,
    ...(bus !== undefined && { eventBusName: bus }),
    eventPattern: withoutOwn(pattern),
    targets: [
      {
        id: 'Queue',
        arn: queue.queueArn,
        retryPolicy: RETRIES,
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    ],
  });
  // Of this rule alone: any other of any account would name another ARN.
  for (const each of [queue, deadLetters]) {
    each.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [each.queueArn],
        conditions: { StringEquals: { 'aws:SourceArn': rule.attrArn } },
      }),
    );
  }
}

/** A rule is where its bus is, and hands events over to queues of its own region alone. */
function checkRegion({ region }: Stack, { name, bus }: EventBridgeSourceSettings): void {
  const got = bus?.split(':')[3];
  if (got !== undefined && !Token.isUnresolved(region) && got !== region)
    throw new Error(`sources.eventBridge ${name}: expected a bus in ${region}, got one in ${got}`);
}
