/** Lambda's Invoke. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
import type { ServiceAnswer } from '../../services/call.ts';
import { type Asked, ofKind } from '../asked.ts';
import { Refusal } from '../refusal.ts';

export type Handler = (event: unknown) => unknown;

export interface Invocable {
  readonly kind: 'function';
  readonly arn: string;
  /** Events that it was invoked with. */
  readonly received: unknown[];
  readonly handler: Handler;
}

export const createFunction = (arn: string, handler: Handler): Invocable => ({
  kind: 'function',
  arn,
  received: [],
  handler,
});

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/;
const MAX_BYTES: Readonly<Record<string, number>> = { RequestResponse: 6_291_456, Event: 1_048_576 };

export async function invoke({ call, resourceOf, authorize }: Asked): Promise<ServiceAnswer> {
  const [, name = ''] = PATH.exec(call.path) ?? [];
  const arn = decodeURIComponent(name);
  authorize('lambda:InvokeFunction', arn);
  const fn = ofKind<Invocable>(resourceOf(arn.split(':').slice(0, 7).join(':')), 'function');
  if (!fn) throw new Refusal(404, 'ResourceNotFoundException', `Function not found: ${arn}`);
  const type = call.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const limit = MAX_BYTES[type];
  if (limit === undefined) throw new Refusal(400, 'InvalidParameterValueException', type);
  if (Buffer.byteLength(call.body) > limit)
    throw new Refusal(413, 'RequestTooLargeException', `Request must be smaller than ${limit} bytes`);
  const event = jsonIn(call.body.toString());
  fn.received.push(event);
  if (type === 'Event') {
    // Lambda has taken it; what becomes of it is the account's own affair.
    void Promise.resolve()
      .then(() => fn.handler(event))
      .catch(() => {});
    return { status: 202, headers: {}, body: '' };
  }
  try {
    return answer(await fn.handler(event));
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    return answer({ errorType, errorMessage, trace: [] }, { 'x-amz-function-error': 'Unhandled' });
  }
}

const answer = (result: unknown, headers: Readonly<Record<string, string>> = {}): ServiceAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(result) ?? 'null',
});

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'InvalidRequestContentException', 'Could not parse request body into json');
  }
}
