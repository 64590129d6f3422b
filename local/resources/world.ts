/** What a deployment creates and the running cloud uses. */
import type { Server } from 'node:http';
import type { ConsumerAccounts } from '../consumer/accounts.ts';
import type { Access, Role } from '../core/access.ts';
import { ACCOUNT } from '../core/account.ts';
import type { SimulatedClock } from '../core/clock.ts';
import { wildcard } from '../core/iam.ts';
import type { Log } from '../core/log.ts';
import type { Meter } from '../core/meter.ts';
import type { EdgeFunction } from '../edge/edge-function.ts';
import type { HeadersPolicy } from '../edge/response-headers.ts';
import type { AuthorizerSettings } from '../http/authorizer.ts';
import type { CorsSettings } from '../http/cors.ts';
import type { Integration } from '../http/integration.ts';
import type { SocketLimits } from '../http/socket-connection.ts';
import type { Selection } from '../http/socket-routes.ts';
import { ASYNC_DEFAULTS, type AsyncCalls, type AsyncSettings } from '../lambda/async-invoke.ts';
import type { LocalFunction } from '../lambda/function.ts';
import type { StartEnvironment } from '../lambda/worker.ts';
import type { Emulator } from '../services/call.ts';
import type { Emulators } from '../services/endpoint.ts';
import type { EventBuses } from '../services/events/event-buses.ts';
import type { Faults } from '../services/faults.ts';
import type { LogGroups } from '../services/logs/log-groups.ts';
import type { KafkaMapping } from '../sources/kafka-poller.ts';
import type { Mapping } from '../sources/poller.ts';
import type { Schedule } from '../sources/schedule.ts';

export interface Limits extends SocketLimits {
  /** Workers that one function may have on this machine (AWS: 1000 in an account). */
  readonly workersPerFunction: number;
  /** Batches that one event source mapping may process at once on this machine, if it does not ask for fewer. */
  readonly batchesPerMapping: number;
  /** How long an idle worker is kept. */
  readonly idleMs: number;
  /** How long an asynchronous invocation that failed waits for its second attempt, and for its third. */
  readonly asyncRetryMs: readonly number[];
}

/** A statement of a function's resource policy. */
interface Permission {
  readonly functionArn: string;
  readonly principal: string;
  /** An ARN with wildcards; undefined: any source. */
  readonly sourceArn: string | undefined;
}

/** What APIs of both protocols have. */
interface ApiOf<Protocol extends string, Route> {
  readonly protocol: Protocol;
  readonly id: string;
  /** The construct's name. */
  readonly name: string;
  readonly region: string;
  /** It listens from the API's creation, so that other resources can name its address. */
  readonly server: Server;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  stage: string;
  readonly integrations: Map<string, Integration>;
  readonly routes: Route[];
}

export interface HttpApi
  extends ApiOf<
    'HTTP',
    { readonly routeKey: string; readonly integrationId: string; readonly authorizerId: string | undefined }
  > {
  readonly cors: CorsSettings | undefined;
  readonly authorizers: Map<string, AuthorizerSettings>;
}

export interface WebSocketApi
  extends ApiOf<
    'WEBSOCKET',
    {
      readonly id: string;
      readonly routeKey: string;
      readonly integrationId: string;
      /** Whether it selects a route response. */
      readonly selectsResponse: boolean;
    }
  > {
  readonly select: Selection;
  /** Ids of routes that have a response. */
  readonly answered: Set<string>;
}

export type Api = HttpApi | WebSocketApi;

export type OriginSettings =
  | { readonly kind: 'api'; readonly host: string }
  | { readonly kind: 'files'; readonly bucket: string; readonly isSigned: boolean };

export interface BehaviorSettings {
  readonly pattern: string;
  readonly methods: readonly string[];
  readonly compress: boolean;
  readonly onViewerRequest: EdgeFunction | undefined;
  readonly headers: HeadersPolicy | undefined;
  readonly origin: OriginSettings;
}

/** A CloudFront distribution. */
interface Distribution {
  readonly id: string;
  readonly arn: string;
  readonly domain: string;
  readonly rootObject: string | undefined;
  readonly behaviors: readonly BehaviorSettings[];
  readonly byDefault: BehaviorSettings;
}

export interface World extends Emulators {
  /** All emulators as one. */
  readonly services: Emulator;
  /** Their address, `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** The accounts of those who get events. */
  readonly consumers: ConsumerAccounts;
  readonly access: Access;
  readonly faults: Faults;
  readonly log: Log;
  readonly logs: LogGroups;
  readonly buses: EventBuses;
  /** ARNs of alarms of both kinds. */
  readonly alarms: Set<string>;
  readonly meter: Meter | undefined;
  readonly clock: SimulatedClock | undefined;
  /** Default: a worker thread. */
  readonly startEnvironment: StartEnvironment | undefined;
  readonly limits: Limits;
  /** Values of secrets chosen by the caller of startLocalCloud. */
  readonly chosenSecrets: Readonly<Record<string, string>>;
  readonly functions: Map<string, LocalFunction>;
  /** Functions as those call them who call an alias, by its ARN. */
  readonly aliases: Map<string, LocalFunction>;
  readonly deploymentApplications: Set<string>;
  /** `application/group` */
  readonly deploymentGroups: Set<string>;
  readonly asyncCalls: AsyncCalls;
  /** By the ARN of a function or an alias, of those with an AWS::Lambda::EventInvokeConfig. */
  readonly asyncSettings: Map<string, AsyncSettings>;
  /** Roles of functions that do not run here, by the functions' ARNs. */
  readonly foreignFunctions: Map<string, Role>;
  readonly permissions: Permission[];
  readonly mappings: Mapping[];
  readonly kafkaMappings: KafkaMapping[];
  readonly schedules: Schedule[];
  /** By API id. */
  readonly apis: Map<string, Api>;
  /** The port that an HTTP API gets; 0: any free one. */
  readonly apiPort: number;
  /** Whether clients reach no API, see LocalCloud.cutOff. */
  isDown: boolean;
  readonly distributions: Distribution[];
  /** By ARN. */
  readonly edgeFunctions: Map<string, EdgeFunction>;
  readonly headersPolicies: Map<string, HeadersPolicy>;
  readonly originAccessControls: Set<string>;
  /** Addresses in use. */
  readonly elasticIps: string[];
}

/** Whether a function's resource policy lets an AWS service call it from this source. */
export function isPermitted(
  world: World,
  functionArn: string,
  principal: string,
  sourceArn: string,
): boolean {
  return world.permissions.some(
    (permission) =>
      permission.functionArn === functionArn &&
      permission.principal === principal &&
      (permission.sourceArn === undefined || wildcard(permission.sourceArn)(sourceArn)),
  );
}

export function functionByArn(world: World, arn: string): LocalFunction {
  const fn = world.aliases.get(arn) ?? [...world.functions.values()].find((each) => each.arn === arn);
  if (!fn) throw new Error(`no function ${arn}; there are ${[...world.functions.keys()].join(', ')}`);
  return fn;
}

/** Invokes a function as its resource type's services do: they do not wait for what it answers. */
export function invokeAsync({ asyncCalls, asyncSettings }: World, fn: LocalFunction, event: object): void {
  asyncCalls.invoke(fn, asyncSettings.get(fn.arn) ?? ASYNC_DEFAULTS, JSON.stringify(event));
}

/** By name or ARN, as Lambda takes it. */
export function functionNamed(world: World, region: string, nameOrArn: string): LocalFunction {
  const arn = nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:aws:lambda:${region}:${ACCOUNT}:function:${nameOrArn}`;
  return functionByArn(world, arn);
}

/** The role of any function, also of one that does not run here. */
export function roleOfFunction(world: World, arn: string): Role {
  return world.foreignFunctions.get(arn) ?? functionByArn(world, arn).role;
}
