/** A local cloud that runs, as tests, tools and `npm start` use it. */
import type { LocalSocketApi, RunningApis } from './apis.ts';
import type { ConsumerAccount } from './consumer/account.ts';
import type { Access, Denial } from './core/access.ts';
import { REGION, regionOf } from './core/account.ts';
import type { LocalFunction } from './lambda/function.ts';
import type { Invocation } from './lambda/protocol.ts';
import type { DeployedResource } from './resources/deploy.ts';
import type { World } from './resources/world.ts';
import type { Disturbance, Service } from './services/faults.ts';
import type { SentMail } from './services/ses.ts';
import type { PublishedAlert } from './services/sns.ts';
import type { Queue, QueueCounts } from './services/sqs/queue.ts';
import { fire } from './sources/schedule.ts';
import type { Json } from './template/template.ts';

export interface LocalCloud {
  /** `http://127.0.0.1:<port>`, or empty if the template has no API. */
  readonly apiUrl: string;
  /** The WebSocket APIs by construct name, such as `Live`. */
  readonly sockets: ReadonlyMap<string, LocalSocketApi>;
  /** `http://127.0.0.1:<port>` of the distribution, or empty if the template has none. */
  readonly consoleUrl: string;
  /**
   * By construct name, such as `Dispatch`; in another region a function of the same name is `eu-central-1/Dispatch`.
   */
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly resources: readonly DeployedResource[];
  /** Outputs by stack name and output name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** Every refused call, oldest first. */
  readonly denials: readonly Denial[];
  /** Everything published to a topic, oldest first. */
  readonly alerts: readonly PublishedAlert[];
  /** Everything that was mailed, oldest first. */
  readonly mails: readonly SentMail[];
  /**
   * The one resource with this logical id, construct name or physical id, with or without a region:
   * `eu-central-1/SlowLane`. @throws where several or none match
   */
  resource(name: string): DeployedResource;
  /** Message counts by queue name; where several regions have the name, by `eu-central-1/name`. */
  queues(): Record<string, QueueCounts>;
  /** When the next delayed message becomes visible, in milliseconds since the epoch; undefined without one. */
  nextDelayEnd(): number | undefined;
  /**
   * Settings for an AWS SDK client that may do everything, in this region. Default: the region of stacks that name
   * none.
   */
  awsClientConfig(region?: string): {
    readonly region: string;
    readonly endpoint: string;
    readonly forcePathStyle: true;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /**
   * Lets a service fail for the functions and their event sources, but not for the operator. The returned function ends
   * it and returns how many requests it refused.
   */
  disturb(service: Service, disturbance?: Disturbance): () => number;
  /**
   * Cuts clients off, as when their network breaks: connections end without a word, and every further request to an API
   * gets a closed connection. Functions still reach `@connections`. The returned function ends it.
   */
  cutOff(): () => void;
  /** Fires the one rule whose name contains this, now, and waits for its functions. */
  runSchedule(namePart: string): Promise<Invocation[]>;
  /** An AWS account of somebody who gets events; made when it is first asked for. @param id 12 digits */
  consumerAccount(id: string): ConsumerAccount;
  /** Ends workers, pollers and servers, within a second. */
  stop(): Promise<void>;
}

/** What a deployment has left behind, and what was started for it. */
export interface Running {
  readonly apis: RunningApis;
  readonly consoleUrl: string;
  readonly resources: readonly DeployedResource[];
  readonly outputs: LocalCloud['outputs'];
  readonly alerts: readonly PublishedAlert[];
  readonly mails: readonly SentMail[];
  readonly stop: () => Promise<void>;
}

/** What a caller sees of a cloud that runs. */
export function cloudOf(world: World, { apis, ...running }: Running): LocalCloud {
  const { access, sqs } = world;
  return {
    ...running,
    apiUrl: apis.apiUrl,
    sockets: apis.sockets,
    functions: world.functions,
    denials: access.denials,
    resource: (name) => {
      const names = ({ region, logicalId, constructName, physicalId }: DeployedResource): string[] =>
        [logicalId, constructName, physicalId].flatMap((each) => [each, `${region}/${each}`]);
      return only(
        running.resources.filter((each) => names(each).includes(name)),
        `resource ${name}`,
      );
    },
    queues() {
      const queues = sqs.queues();
      const nameOf = ({ name, arn }: Queue): string =>
        queues.filter((queue) => queue.name === name).length > 1 ? `${regionOf(arn)}/${name}` : name;
      return Object.fromEntries(queues.map((queue) => [nameOf(queue), queue.counts()]));
    },
    nextDelayEnd: () =>
      sqs.queues().reduce<number | undefined>((first, queue) => {
        const end = queue.nextDelayEnd();
        return end !== undefined && (first === undefined || end < first) ? end : first;
      }, undefined),
    awsClientConfig: (region = REGION) => clientConfig(world.endpoint, access, region),
    disturb: (service, disturbance = {}) => world.faults.disturb(service, disturbance),
    cutOff() {
      world.isDown = true;
      for (const { cut } of apis.sockets.values()) cut();
      return () => {
        world.isDown = false;
      };
    },
    consumerAccount: (id) => world.consumers.account(id),
    runSchedule(namePart) {
      const schedule = only(
        world.schedules.filter(({ name }) => name.includes(namePart)),
        `schedule ${namePart}`,
      );
      return fire(schedule, world.log);
    },
  };
}

function clientConfig(
  endpoint: string,
  access: Access,
  region: string,
): ReturnType<LocalCloud['awsClientConfig']> {
  const credentials = { accessKeyId: access.operatorKey, secretAccessKey: 'local' };
  return { region, endpoint, forcePathStyle: true, credentials };
}

function only<T>(found: readonly T[], what: string): T {
  if (found.length === 1) return found[0]!;
  throw new Error(`${what}: expected one, found ${found.length}`);
}
