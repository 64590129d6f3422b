/** How a resource type says which properties it knows, and what it makes of them. */
import { z } from 'zod';
import { regionOf } from '../core/account.ts';
import type { Json } from '../template/template.ts';
import type { World } from './world.ts';

/** A resource's place in its template and the name it gets if it asks for none. */
export interface Identity {
  readonly stack: string;
  /** The AWS region of its stack. */
  readonly region: string;
  readonly logicalId: string;
  /** Its path in the stack's construct tree: `Dispatch`, `Dispatch/Role`. */
  readonly constructName: string;
  /** `posthorn-local-pipeline-Dispatch`: what CloudFormation would make up, without its random tail. */
  readonly defaultName: string;
}

export interface Created {
  /** What `Ref` gives, usually the physical id. */
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, Json>>;
}

export interface Surroundings {
  readonly identity: Identity;
  readonly world: World;
  readonly assets: ReadonlyMap<string, string>;
  /** What the URLs of the stack's queues begin with. */
  readonly sqsEndpoint: string;
}

export interface ResourceType {
  /** Checks the resolved properties and creates the resource. */
  create(properties: unknown, surroundings: Surroundings): Promise<Created>;
}

/**
 * What AWS refuses to connect over a region's border: a queue with its dead-letter queue, a function with its queue.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function checkRegion({ region }: Identity, arn: string, property: string): void {
  if (regionOf(arn) !== region) throw new Error(`${property}: expected one of ${region}, got ${arn}`);
}

/** A property that is known and has nothing to do on one machine; the reason is for the reader. */
export const noted = (reason: string) => z.unknown().describe(reason);

/** An object that may have these properties and no others. The error of an unknown one lists the known. */
export function known<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown property ${issue.keys.join(', ')}; known are ${Object.keys(shape).join(', ')}`
        : undefined,
  });
}

/**
 * A resource type from its properties and what creates it. Every property is either used by `create` or
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

/** A resource type without effect here. Its properties do not matter either. */
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
