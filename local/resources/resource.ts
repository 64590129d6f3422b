/** How a resource type declares its known properties and creates its resource. */
import { z } from 'zod';
import { regionOf } from '../core/account.ts';
import type { Json } from '../template/template.ts';
import type { World } from './world.ts';

/** A resource's place in its template, and its name where the template gives none. */
export interface Identity {
  readonly stack: string;
  /** The AWS region of its stack. */
  readonly region: string;
  readonly logicalId: string;
  /** Its path in the stack's construct tree: `Dispatch`, `Dispatch/Role`. */
  readonly constructName: string;
  /** `posthorn-local-pipeline-Dispatch`: CloudFormation's generated name, without its random suffix. */
  readonly defaultName: string;
}

export interface Created {
  /** The value of `Ref`, usually the physical id. */
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, Json>>;
}

export interface Surroundings {
  readonly identity: Identity;
  readonly world: World;
  readonly assets: ReadonlyMap<string, string>;
  /** The prefix of the URLs of the stack's queues. */
  readonly sqsEndpoint: string;
}

export interface ResourceType {
  /** Checks the resolved properties and creates the resource. */
  create(properties: unknown, surroundings: Surroundings): Promise<Created>;
}

/**
 * Refuses connections between regions, as AWS does: of a queue with its dead-letter queue, of a function with its
 * queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function checkRegion({ region }: Identity, arn: string, property: string): void {
  if (regionOf(arn) !== region) throw new Error(`${property}: expected one of ${region}, got ${arn}`);
}

/** A property that is known and has no effect on one machine; the reason is for the reader. */
export const noted = (reason: string) => z.unknown().describe(reason);

/** An object with these properties and no others. The error for an unknown property lists the known ones. */
export function known<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown property ${issue.keys.join(', ')}; known are ${Object.keys(shape).join(', ')}`
        : undefined,
  });
}

/**
 * A resource type from its properties and its `create` function. `create` uses every property, or the property is
 * `noted` with a reason.
 */
export function resourceType<Shape extends z.ZodRawShape>(
  shape: Shape,
  create: (
    properties: z.output<z.ZodObject<Shape>>,
    surroundings: Surroundings,
  ) => Created | Promise<Created>,
): ResourceType {
  const schema = known(shape);
  return {
    async create(properties, surroundings) {
      const parsed = schema.safeParse(properties);
      if (!parsed.success) throw new Error(parsed.error.issues.map(issueText).join('; '));
      return create(parsed.data as z.output<z.ZodObject<Shape>>, surroundings);
    },
  };
}

/** A resource type without effect here, like all its properties. */
export function notedType(_reason: string): ResourceType {
  return {
    async create(_, { identity }) {
      const arn = `arn:aws:noted:::${identity.defaultName}`;
      return {
        ref: identity.defaultName,
        attributes: { Arn: arn },
      };
    },
  };
}

function issueText(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  return path ? `property ${path}: ${issue.message}` : issue.message;
}
