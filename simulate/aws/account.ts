import type { AwsAnswer, AwsRequest } from '../../lambdas/platform/aws/transport.ts';
import type { Code } from '../code/bundle.ts';
import type { HostGlobals } from '../code/replaced/host.ts';
import type { InvocationEnd } from '../world/watch.ts';
import type { Instance } from './instance.ts';
import type { PartOptions } from './part.ts';
import type { StackResource } from './stack.ts';

/** What came of an invocation. */
export type Invocation =
  | { readonly kind: 'returned'; readonly result: unknown }
  | {
      readonly kind: 'failed';
      readonly outcome: Exclude<InvocationEnd['outcome'], 'returned'>;
      readonly message: string;
    };

export interface SimulatedFunction {
  readonly name: string;
  readonly folder: string;
  readonly arn: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** @param bytes of the event @param traces trace headers of the messages in it */
  invoke(event: unknown, bytes: number, traces?: readonly (string | undefined)[]): Promise<Invocation>;
  /** Its environments that live. */
  readonly instances: ReadonlySet<Instance>;
  /** Invocations under way. */
  readonly busy: number;
  readonly stats: FunctionStats;
  /** Ends all environments that are idle, as a deployment does; the others when they are done. */
  replace(): void;
}

export interface FunctionStats {
  invocations: number;
  errors: number;
  throttles: number;
  coldStarts: number;
  mostBusy: number;
  /** Of a whole processor of Lambda's. Milliseconds. */
  processorMs: number;
  /** Time that is billed. Milliseconds. */
  billedMs: number;
}

export interface LambdaOptions extends PartOptions {
  readonly accountConcurrency: number;
  /** The code of a folder; of the release before where that is asked for. */
  code(folder: string, isOld: boolean): Code;
  transport(instance: Instance, request: AwsRequest): Promise<AwsAnswer>;
  host(instance: Instance): HostGlobals;
}

/** What the functions of an account share. */
export interface Account {
  readonly concurrency: number;
  busy: number;
  mostBusy: number;
}

/** All functions of an account, which share its concurrency. */
export interface SimulatedLambda {
  create(resource: StackResource): SimulatedFunction;
  /** Invocations under way in the account. */
  readonly busy: number;
  readonly mostBusy: number;
}
