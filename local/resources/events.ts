import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { busArn, type EventRule } from '../services/events/event-buses.ts';
import { compilePattern } from '../services/events/event-pattern.ts';
import type { Queue } from '../services/sqs/queue.ts';
import { periodOf } from '../sources/schedule.ts';
import { checkRegion, type Identity, known, noted, type ResourceType, resourceType } from './resource.ts';
import { functionByArn, isPermitted, type World } from './world.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
const retryPolicy = known({
  MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).optional(),
  MaximumRetryAttempts: z.number().int().min(0).max(185).optional(),
});

/** Events are handed over at once, or never: nothing here is away for a while. */
const target = known({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  RetryPolicy: retryPolicy.optional(),
  DeadLetterConfig: known({ Arn: z.string() }).optional(),
});
type Target = z.output<typeof target>;

const shape = {
  Name: z.string().optional(),
  ScheduleExpression: z.string().optional(),
  EventBusName: z.string().optional(),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(target).min(1).max(5),
  Description: noted('for people').optional(),
  Tags: noted('labels for bills').optional(),
};

const rule = resourceType(shape, (properties, { identity, world }) => {
  const { Name: name = identity.defaultName, ScheduleExpression, EventPattern, EventBusName } = properties;
  const bus = busArn(identity.region, EventBusName ?? 'default');
  const place = bus.endsWith('/default') ? name : `${bus.slice(bus.indexOf('/') + 1)}/${name}`;
  const arn = `arn:aws:events:${identity.region}:${ACCOUNT}:rule/${place}`;
  const isEnabled = properties.State === 'ENABLED';
  if ((ScheduleExpression === undefined) === (EventPattern === undefined))
    throw new Error('expected ScheduleExpression or EventPattern; both together are not implemented');
  if (EventPattern) {
    const targets = properties.Targets.map((each) => queuesOf(world, identity, each));
    world.buses.addRule(bus, { name, arn, isEnabled, matches: compilePattern(EventPattern), targets });
  } else {
    if (EventBusName !== undefined) throw new Error('EventBusName: a schedule is on the default bus alone');
    const targets = properties.Targets.map((each) => functionOf(world, arn, each));
    world.schedules.push({ name, arn, periodMs: periodOf(ScheduleExpression!), enabled: isEnabled, targets });
  }
  return { ref: name, attributes: { Arn: arn } };
});

function functionOf(world: World, ruleArn: string, { Arn, Input }: Target) {
  if (!Arn.startsWith('arn:aws:lambda:'))
    throw new Error(`Targets: only functions are implemented as targets of a schedule, got ${Arn}`);
  return {
    fn: functionByArn(world, Arn),
    input: Input,
    // The permission is created after the rule that it names.
    permitted: () => isPermitted(world, Arn, 'events.amazonaws.com', ruleArn),
  };
}

function queuesOf(
  world: World,
  identity: Identity,
  { Arn, Input, DeadLetterConfig }: Target,
): EventRule['targets'][number] {
  if (Input !== undefined) throw new Error('Targets: Input is not implemented for an event pattern');
  return {
    queue: queueByArn(world, identity, Arn),
    deadLetters: DeadLetterConfig && queueByArn(world, identity, DeadLetterConfig.Arn),
  };
}

function queueByArn({ sqs }: World, identity: Identity, arn: string): Queue {
  const queue = sqs.queueByArn(arn);
  if (!queue)
    throw new Error(
      `Targets: only queues are implemented as targets of an event pattern, and there is no ${arn}`,
    );
  checkRegion(identity, arn, 'Targets');
  return queue;
}

const eventBus = resourceType(
  {
    Name: z.string().regex(/^[\w./-]{1,256}$/),
    Description: noted('for people').optional(),
    Tags: noted('labels for bills').optional(),
  },
  ({ Name }, { identity, world }) => {
    const arn = busArn(identity.region, Name);
    world.buses.createBus(arn);
    return { ref: Name, attributes: { Arn: arn, Name } };
  },
);

export const eventsTypes: Record<string, ResourceType> = {
  'AWS::Events::Rule': rule,
  'AWS::Events::EventBus': eventBus,
};
