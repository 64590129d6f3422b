import fc from 'fast-check';
import { expect, it } from 'vitest';
import { publishedTypeProblem } from '../../../../lambdas/events/event-type.ts';
import { typeOf } from '../../../../lambdas/sources/eventbridge/type-of.ts';

it.each([
  ['order.created', undefined, 'order.created'],
  ['OrderCreated', undefined, 'OrderCreated'],
  ['Order Created', undefined, 'order-created'],
  ['Order Created', 'shop', 'shop.order-created'],
  ['EC2 Instance State-change Notification', 'aws.ec2', 'aws.ec2.ec2-instance-state-change-notification'],
  ['AWS API Call via CloudTrail', undefined, 'aws-api-call-via-cloudtrail'],
  ['  Order .  Paid! ', undefined, 'order.paid!'],
  ['100% / Done/', undefined, '100-/-done'],
])('the type of “%s” with prefix %s is %s', (detailType, prefix, type) =>
  expect(typeOf(detailType, prefix)).toBe(type),
);

it('makes an event type of every detail type that has a letter, or none at all', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 128, unit: 'binary' }), (detailType) => {
      const type = typeOf(`a${detailType}`);
      const problem = publishedTypeProblem(type);
      if (problem !== undefined) expect(problem).toMatch(/segments|posthorn/);
    }),
  );
});
