import { partDynamodb, partSqs } from '../../local/services/partial.ts';
import type { AwsAnswer, AwsRequest } from '../code/environment.ts';
import type { CallFault, Mischief } from '../faults/mischief.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Random } from '../kernel/random.ts';
import type { Instance } from './instance.ts';
import { PROCESSOR } from './numbers.ts';
import { type Service, type ServiceAnswer, type ServiceCall, UNAVAILABLE } from './service.ts';

export interface ServicesOptions {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly mischief: () => Mischief;
  /** By the first label of their hosts. */
  readonly services: Readonly<Record<string, Service>>;
}

/** A request that an environment makes, and what goes wrong with it. */
interface Trip {
  readonly instance: Instance;
  readonly service: string;
  readonly call: ServiceCall;
  readonly signal?: AbortSignal | undefined;
}

/** How environments reach AWS's services: with time on the way, and with what goes wrong there. */
export function createServices({ kernel, random, mischief, services }: ServicesOptions) {
  function answered({ service, call }: Trip, fault: CallFault | undefined): ServiceAnswer {
    if (fault?.kind === 'fails before') return UNAVAILABLE;
    if (fault?.kind !== 'does part') return services[service]!.serve(call);
    const part = service === 'sqs' ? partSqs(call.input, random.next) : partDynamodb(call.input, random.next);
    if (!part) return UNAVAILABLE;
    const answer = services[service]!.serve({ ...call, input: part.request });
    return answer.status === 200 ? { ...answer, body: part.amend(answer.body) } : answer;
  }

  /** One request and its answer. @throws the signal's reason; what a connection breaks with */
  function travel(trip: Trip): Promise<ServiceAnswer> {
    const { instance, service, call, signal } = trip;
    const { promise, resolve, reject } = Promise.withResolvers<ServiceAnswer>();
    const known = services[service];
    if (!known)
      return Promise.reject(new Error(`expected a simulated service, got ${service} for ${call.operation}`));
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    const { functionName, name } = instance;
    const about = { functionName, instance: name, service, operation: call.operation };
    const fault = mischief().call(about);
    if (fault) kernel.trace.note(`${name} ${service}.${call.operation}: ${fault.kind}`);
    const half = (known.latencyMs(call) + (fault?.kind === 'is slow' ? fault.ms : 0)) / 2;

    const land = (): void => {
      const answer = answered(trip, fault);
      kernel.trace.note(`${name} ${service}.${call.operation} ${answer.status}`);
      if (fault?.kind === 'ends after') instance.end();
      const isLost = fault?.kind === 'fails after';
      const back = isLost && random.chance(0.5) ? BROKEN : isLost ? UNAVAILABLE : answer;
      instance.after(half, PROCESSOR.call / 2, () => (back === BROKEN ? reject(broken()) : resolve(back)));
    };
    instance.after(0, PROCESSOR.call / 2, () => {
      if (fault?.kind === 'ends before') instance.end();
      else kernel.after(half, land);
      if (fault?.kind === 'freezes') instance.freeze(fault.ms);
    });
    return promise;
  }

  return {
    /** In the place of `lambdas/platform/aws/transport.ts`. */
    async transport(instance: Instance, { url, headers, body, signal }: AwsRequest): Promise<AwsAnswer> {
      const { status, body: answer } = await travel({
        instance,
        signal,
        ...addressed(instance, url, headers, body),
      });
      return { status, headers: {}, body: JSON.stringify(answer) };
    },

    /** A request whose body is no JSON. */
    ask: (instance: Instance, service: string, operation: string, input: object): Promise<ServiceAnswer> =>
      travel({
        instance,
        service,
        call: { caller: instance.functionName, operation, input, bytes: 0, trace: undefined },
      }),

    /** The same at once, without faults: for what the simulation itself does. */
    async atOnce(caller: string, { url, headers, body }: AwsRequest): Promise<AwsAnswer> {
      const { service, call } = addressed({ functionName: caller, env: {} }, url, headers, body);
      const { status, body: answer } = services[service]!.serve(call);
      return { status, headers: {}, body: JSON.stringify(answer) };
    },
  };
}

const BROKEN = { status: 0, body: {} };

const broken = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** `https://dynamodb.us-east-1.amazonaws.com/` and `DynamoDB_20120810.GetItem`. */
function addressed(
  { functionName, env }: Pick<Instance, 'functionName' | 'env'>,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): { service: string; call: ServiceCall } {
  const service = url.slice('https://'.length, url.indexOf('.'));
  const operation = headers['x-amz-target']?.split('.').at(-1) ?? url;
  const bytes = Buffer.byteLength(body);
  const trace = env._X_AMZN_TRACE_ID;
  return {
    service,
    call: { caller: functionName, operation, input: JSON.parse(body) as object, bytes, trace },
  };
}
