import { publishedTypeProblem } from '../../events/event-type.ts';

/**
 * The event type that comes of a detail type. One that is an event type already stays as it is: `order.created`, `OrderCreated`.
 * Any other is made one: in lower case, with a dash for each run of characters that no type has, and none at the ends of
 * segments. `EC2 Instance State-change Notification` becomes `ec2-instance-state-change-notification`.
 */
export function typeOf(detailType: string, prefix?: string): string {
  const type = publishedTypeProblem(detailType) === undefined ? detailType : made(detailType);
  return prefix === undefined ? type : `${prefix}.${type}`;
}

const made = (detailType: string): string =>
  detailType
    .toLowerCase()
    .split('.')
    .map((segment) => segment.replace(/[^a-z0-9_~:/@!$&'()+,;=-]+/g, '-').replace(/^-+|[-/]+$/g, ''))
    .filter((segment) => segment !== '')
    .join('.');
