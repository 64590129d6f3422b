/** An AWS account of somebody who gets events: its roles, and what keeps what it gets. */
import type { Resource } from './asked.ts';
import { type ConsumerRole, createRole, type KnownRole, type RoleDocuments } from './role.ts';
import { createBucket, type StoredEvent } from './services/bucket.ts';
import { createBus, type ReceivedEntry } from './services/bus.ts';
import { createFunction, type Handler } from './services/function.ts';
import { createQueue, type ReceivedMessage } from './services/queue.ts';
import { createDeliveryStream, createStream, type ReceivedRecord } from './services/stream.ts';
import { createTopic } from './services/topic.ts';

/** What gets events. */
interface Receiver<T> {
  readonly arn: string;
  /** What it got, oldest first. */
  readonly received: readonly T[];
}

/** A refusal that stands for what AWS would say. */
export interface Disturbance {
  readonly status: number;
  readonly code: string;
}

export interface ConsumerAccount {
  readonly id: string;
  /** Makes a role, or replaces it. */
  role(name: string, documents: RoleDocuments): ConsumerRole;
  queue(
    name: string,
    options?: ResourceOptions & { readonly maximumBytes?: number },
  ): Receiver<ReceivedMessage>;
  topic(
    name: string,
    options?: ResourceOptions & { readonly maximumBytes?: number },
  ): Receiver<ReceivedMessage>;
  bus(name: string, options?: ResourceOptions): Receiver<ReceivedEntry>;
  stream(name: string, options?: ResourceOptions): Receiver<ReceivedRecord>;
  deliveryStream(name: string, options?: ResourceOptions): Receiver<ReceivedRecord>;
  /** @param handler what it does with each event */
  fn(name: string, handler: Handler, options?: ResourceOptions): Receiver<unknown>;
  /** `isLocked`: with Object Lock. */
  bucket(name: string, options?: ResourceOptions & { readonly isLocked?: boolean }): Receiver<StoredEvent>;
  /** Removes what has this ARN. */
  remove(arn: string): void;
  /** Lets a service, by its name in signatures, refuse everything. The returned function ends it. */
  disturb(service: string, disturbance: Disturbance): () => void;
}

interface ResourceOptions {
  /** Default: us-east-1. */
  readonly region?: string;
}

/** As the services know it. */
export interface KnownAccount extends ConsumerAccount {
  readonly roles: ReadonlyMap<string, KnownRole>;
  readonly resources: ReadonlyMap<string, Resource>;
  disturbanceOf(service: string): Disturbance | undefined;
}

const PARTITION = 'aws';

export function createAccount(id: string): KnownAccount {
  if (!/^\d{12}$/.test(id)) throw new Error(`expected an account of 12 digits, got ${id}`);
  const roles = new Map<string, KnownRole>();
  const resources = new Map<string, Resource>();
  const disturbances = new Map<string, Disturbance>();

  const arnOf = (service: string, name: string, { region = 'us-east-1' }: ResourceOptions = {}): string =>
    `arn:${PARTITION}:${service}:${region}:${id}:${name}`;

  function add<R extends Resource>(resource: R): R {
    resources.set(resource.arn, resource);
    return resource;
  }

  return {
    id,
    roles,
    resources,
    role(name, documents) {
      const arn = `arn:${PARTITION}:iam::${id}:role/${name}`;
      const role = createRole(arn, documents);
      roles.set(arn, role);
      return role;
    },
    queue: (name, options) => add(createQueue(arnOf('sqs', name, options), options?.maximumBytes)),
    topic: (name, options) => add(createTopic(arnOf('sns', name, options), options?.maximumBytes)),
    bus: (name, options) => add(createBus(arnOf('events', `event-bus/${name}`, options))),
    stream: (name, options) => add(createStream(arnOf('kinesis', `stream/${name}`, options))),
    deliveryStream: (name, options) =>
      add(createDeliveryStream(arnOf('firehose', `deliverystream/${name}`, options))),
    fn: (name, handler, options) =>
      add(createFunction(arnOf('lambda', `function:${name}`, options), handler)),
    bucket: (name, options) => add(createBucket(`arn:${PARTITION}:s3:::${name}`, id, options)),
    remove: (arn) => void resources.delete(arn),
    disturb(service, disturbance) {
      disturbances.set(service, disturbance);
      return () => void disturbances.delete(service);
    },
    disturbanceOf: (service) => disturbances.get(service),
  };
}
