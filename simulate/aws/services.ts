import type { AwsAnswer, AwsRequest } from '../../lambdas/platform/aws/transport.ts';
import { partDynamodb, partSqs } from '../../local/services/partial.ts';
import type { CallFault } from '../faults/mischief.ts';
import { drawMs } from '../kernel/spread.ts';
import type { Instance } from './instance.ts';
import { LAMBDA, PROCESSOR } from './numbers.ts';
import type { PartOptions } from './part.ts';
import { type Service, type ServiceAnswer, type ServiceCall, THROTTLED, UNAVAILABLE } from './service.ts';

export interface ServicesOptions extends Pick<PartOptions, 'kernel' | 'random' | 'mischief'> {
  /** By the first label of their hosts. */
  readonly services: Readonly<Record<string, Service>>;
}

/** A request that an environment makes. */
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
    if (fault?.kind === 'is throttled') return THROTTLED;
    if (fault?.kind !== 'does part') return services[service]!.serve(call);
    const part = service === 'sqs' ? partSqs(call.input, random.next) : partDynamodb(call.input, random.next);
    if (!part) return UNAVAILABLE;
    const answer = services[service]!.serve({ ...call, input: part.request });
    return answer.status === 200 ? { ...answer, body: part.amend(answer.body) } : answer;
  }

  /** What comes back to the caller: undefined for a connection that broke. */
  function returned(trip: Trip, fault: CallFault | undefined): ServiceAnswer | undefined {
    const answer = answered(trip, fault);
    if (fault?.kind !== 'fails after') return answer;
    return random.chance(0.5) ? undefined : UNAVAILABLE;
  }

  /** What an environment's first request to a service takes beside. */
  function connecting({ connected }: Instance, service: string): number {
    if (connected.has(service)) return 0;
    connected.add(service);
    return drawMs(random, LAMBDA.connectLatency);
  }

  function faultOf({ instance, service, call }: Trip): CallFault | undefined {
    const { functionName, name } = instance;
    const fault = mischief().call({
      functionName,
      instance: name,
      service,
      operation: call.operation,
    });
    if (fault) kernel.trace.note(`${name} ${service}.${call.operation}: ${fault.kind}`);
    return fault;
  }

  /**
   * One request and its answer.
   * @param bytesOf the answer, for its processor time
   * @throws the signal's reason; what a connection breaks with
   */
  function travel<A>(
    trip: Trip,
    read: (answer: ServiceAnswer) => A,
    bytesOf: (read: A) => number,
  ): Promise<A> {
    const { instance, service, call, signal } = trip;
    const { promise, resolve, reject } = Promise.withResolvers<A>();
    const known = services[service];
    if (!known)
      return Promise.reject(new Error(`expected a simulated service, got ${service} for ${call.operation}`));
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    const fault = faultOf(trip);
    const extra = (fault?.kind === 'is slow' ? fault.ms : 0) + connecting(instance, service);
    const half = (known.latencyMs(call) + extra) / 2;

    const land = (): void => {
      const answer = returned(trip, fault);
      kernel.trace.note(`${instance.name} ${service}.${call.operation} ${answer?.status ?? 'broken'}`);
      if (fault?.kind === 'ends after') instance.end();
      if (!answer) {
        instance.after(half, processorOf(0), () => reject(broken()));
        return;
      }
      // What is stored may change before the caller reads it.
      const content = read(answer);
      instance.held.answers += bytesOf(content);
      instance.after(half, processorOf(bytesOf(content)), () => resolve(content));
    };
    instance.after(0, processorOf(call.bytes), () => {
      if (fault?.kind === 'ends before') instance.end();
      else kernel.after(half, land);
      if (fault?.kind === 'freezes') instance.freeze(fault.ms);
    });
    return promise;
  }

  return {
    /** In the place of `lambdas/platform/aws/transport.ts`. */
    transport(instance: Instance, request: AwsRequest): Promise<AwsAnswer> {
      const trip = { instance, signal: request.signal, ...addressed(instance, request) };
      return travel(trip, toText, ({ body }) => body.length);
    },

    /** A request whose body is no JSON. */
    ask(instance: Instance, service: string, operation: string, input: object): Promise<ServiceAnswer> {
      const call = { caller: instance.functionName, operation, input, bytes: 0, trace: undefined };
      return travel(
        { instance, service, call },
        (answer) => answer,
        () => 0,
      );
    },

    /** The same as `transport` at once, without faults: for what the simulation itself does. */
    async atOnce(caller: string, request: AwsRequest): Promise<AwsAnswer> {
      const { service, call } = addressed({ functionName: caller, env: {} }, request);
      return toText(services[service]!.serve(call));
    },
  };
}

const toText = ({ status, body }: ServiceAnswer): AwsAnswer => ({
  status,
  headers: {},
  body: JSON.stringify(body),
});

/** Half of a call: a request, or an answer. */
const processorOf = (bytes: number): number => PROCESSOR.call / 2 + (PROCESSOR.kilobyte * bytes) / 1024;

const broken = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** `https://dynamodb.us-east-1.amazonaws.com/` and `DynamoDB_20120810.GetItem`. */
function addressed(
  { functionName, env }: Pick<Instance, 'functionName' | 'env'>,
  { url, headers, body }: AwsRequest,
): Pick<Trip, 'service' | 'call'> {
  const service = url.slice('https://'.length, url.indexOf('.'));
  const operation = headers['x-amz-target']?.split('.').at(-1) ?? url;
  const input = JSON.parse(body) as object;
  const call = {
    caller: functionName,
    operation,
    input,
    bytes: body.length,
    trace: env._X_AMZN_TRACE_ID,
  };
  return { service, call };
}
