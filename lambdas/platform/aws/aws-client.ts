import { setTimeout as sleep } from 'node:timers/promises';
import { requireEnv } from '../env.ts';
import { AwsError, type Hope, hopeAfter } from './aws-error.ts';
import { endpointOf, type Service, wordsOf } from './endpoint.ts';
import { credentialsOfRole, type Sign, signer } from './signature.ts';
import { type AwsAnswer, transport } from './transport.ts';

export interface CallOptions {
  /** Ends the call, with its retries. */
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Calls an operation of a service.
 * @param operation its name, or of a REST service its path
 * @param input as the service's API reference has it
 * @returns the answer, likewise
 * @throws AwsError when the service refuses or fails; what the connection failed with; the signal's reason
 */
export type Call = <Output>(operation: string, input: object, options?: CallOptions) => Promise<Output>;

/**
 * A client of a service that speaks JSON. The SDK's own make ten times the work of a request, which Lambda bills; see
 * docs/decisions/47-aws-without-its-sdk.md. A body's checksum is not compared: TLS has done so.
 *
 * @param options `region` is the function's own when left out. A request is made up to `tries` times, by default as
 *   often as by the SDK
 */
export function awsClient(
  service: Service,
  { region, tries = 3 }: { region?: string | undefined; tries?: number } = {},
): Call {
  const { target } = wordsOf(service);
  let place: Place | undefined;

  async function once<Output>(operation: string, body: string, signal?: AbortSignal): Promise<Output> {
    signal?.throwIfAborted();
    place ??= placeOf(service, region ?? requireEnv('AWS_REGION'));
    const headers = place.sign(target === undefined ? operation : `${target}.${operation}`, body);
    const answer = await transport({
      method: 'POST',
      url: target === undefined ? place.origin + operation : `${place.origin}/`,
      headers,
      body,
      ...(signal && { signal }),
    });
    if (answer.status >= 300) throw new AwsError(answer);
    return outputOf<Output>(answer);
  }

  return (operation, input, { abortSignal } = {}) => {
    const body = JSON.stringify(input);
    return repeatedly(tries, () => once(operation, body, abortSignal), abortSignal);
  };
}

/** Makes a request until it is answered, as long as there is hope. @param tries at most */
export async function repeatedly<T>(
  tries: number,
  once: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once();
    } catch (error) {
      const hope = hopeAfter(error);
      if (hope === 'none' || attempt >= tries) throw error;
      // What ends the call ends the wait; the next attempt says so.
      await sleep(waitMs(attempt, hope), undefined, { ...(signal && { signal }) }).catch(() => {});
    }
  }
}

/** @throws AwsError when the answer is no JSON: then something answered in the service's place */
function outputOf<Output>(answer: AwsAnswer): Output {
  try {
    return JSON.parse(answer.body) as Output;
  } catch {
    throw new AwsError(answer);
  }
}

/** Where a client's requests go. It is read with the first of them, so that a module can be loaded anywhere. */
interface Place {
  readonly origin: string;
  readonly sign: Sign;
}

function placeOf(service: Service, region: string): Place {
  const endpoint = endpointOf(service, region);
  return {
    origin: endpoint,
    sign: signer({
      service,
      region,
      host: new URL(endpoint).host,
      contentType: wordsOf(service).contentType,
      isRest: wordsOf(service).target === undefined,
      credentials: credentialsOfRole(),
    }),
  };
}

/**
 * The wait before the next attempt, in milliseconds: a random part of a span that doubles, so that many callers don't
 * come back at once.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const waitMs = (attempt: number, hope: Hope): number =>
  Math.random() * Math.min(20_000, BASE_MS[hope] * 2 ** (attempt - 1));

const BASE_MS: Readonly<Record<Hope, number>> = { none: 0, soon: 100, 'once it is less busy': 500 };
