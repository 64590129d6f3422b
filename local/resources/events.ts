import { z } from 'zod';
import { ACCOUNT } from '../core/account.ts';
import { periodOf } from '../sources/schedule.ts';
import { known, noted, type ResourceType, resourceType } from './resource.ts';
import { functionByArn, isPermitted } from './world.ts';

const target = known({
  Id: z.string(),
  Arn: z.string().startsWith('arn:aws:lambda:', 'only functions are implemented as targets'),
  Input: z.string().optional(),
  RetryPolicy: noted('a schedule comes again').optional(),
  DeadLetterConfig: noted('a schedule comes again').optional(),
});

const rule = resourceType(
  {
    Name: z.string().optional(),
    ScheduleExpression: z.string(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z.array(target).min(1),
    Description: noted('for people').optional(),
    Tags: noted('labels for bills').optional(),
  },
  (properties, { identity, world }) => {
    const name = properties.Name ?? identity.defaultName;
    const arn = `arn:aws:events:${identity.region}:${ACCOUNT}:rule/${name}`;
    world.schedules.push({
      name,
      arn,
      periodMs: periodOf(properties.ScheduleExpression),
      enabled: properties.State === 'ENABLED',
      targets: properties.Targets.map(({ Arn, Input }) => ({
        fn: functionByArn(world, Arn),
        input: Input,
        // The permission is created after the rule that it names.
        permitted: () => isPermitted(world, Arn, 'events.amazonaws.com', arn),
      })),
    });
    return { ref: name, attributes: { Arn: arn } };
  },
);

export const eventsTypes: Record<string, ResourceType> = { 'AWS::Events::Rule': rule };
