import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MAX_PAYLOAD_BYTES } from '../events/payload.ts';
import { idempotencyKeyOf } from '../http/admission.ts';
import { type Request, type SignedBody, signedBody } from '../http/body.ts';
import { ApiError, invalid } from '../http/errors.ts';
import { ulidOf } from '../values/ids.ts';
import { traceContextOf } from '../values/trace-context.ts';
import type { Address, LookUpAddress } from './address.ts';
import { readAddressed } from './forms/raw.ts';
import type { Publish } from './publish.ts';
import { answerOne } from './publish-answers.ts';
import { createTrial } from './sender-signature.ts';

export interface AddressedDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly lookUp: LookUpAddress;
  readonly publish: Publish;
}

/**
 * Accepts an event for one subscription, from a sender that has no key but knows the subscription's secret. A sender that
 * does not gets the same answer whatever is wrong, also where there is no such subscription. Whether it is paused is
 * fanout's matter: the sender can't resume it, and its event is kept.
 */
export async function addressed(
  deps: AddressedDeps,
  request: Request,
  operation: string,
): Promise<APIGatewayProxyStructuredResultV2> {
  const body = signedBody(request);
  const address = await addressOf(deps, request, body);
  refuseWrongParameters(request);
  const { tenant, subscription, settings } = address;
  const publisher = {
    ...settings,
    tenant,
    operation,
    idempotencyKey: idempotencyKeyOf(request.headers),
    trace: traceContextOf(request.headers),
    only: subscription.id,
  };
  const maxBytes = Math.min(settings.maxPayloadBytes, MAX_PAYLOAD_BYTES);
  const [result] = await deps.publish(publisher, [readAddressed(request, body.bytes, maxBytes)]);
  return answerOne(result!);
}

/**
 * The addressed subscription, once its secret has been proved. A proof is over the body as it came, so it proves as well
 * that the body came as it was sent; without one, a body that may have been changed is the likelier reason.
 * @throws ApiError 415 or 401, the same for whatever is wrong with the proof, and after the same reads and hashes
 */
async function addressOf(
  { now, lookUp }: AddressedDeps,
  request: Request,
  body: SignedBody,
): Promise<Address> {
  const id = request.pathParameters?.id ?? '';
  const trial = createTrial({ body: body.wire, given: request.headers['x-hub-signature-256'] ?? '' });
  const isProved = (address: Address | undefined): address is Address =>
    trial.isPassed(address?.target, now());
  const address = ulidOf('sub', id) ? await lookUp(id, isProved) : undefined;
  if (isProved(address)) return address;
  trial.fail();
  if (body.doubt) throw body.doubt;
  const expected = `expected x-hub-signature-256: sha256=<hex HMAC-SHA256 of the body> by the subscription's secret`;
  throw new ApiError(401, 'invalid_signature', expected);
}

/** API Gateway joins what is given twice with a comma, which a type may have in it. */
function refuseWrongParameters({ queryStringParameters = {}, rawQueryString }: Request): void {
  const unknown = Object.keys(queryStringParameters).find((name) => name !== 'event_type');
  if (unknown !== undefined) throw invalid('unknown parameter; expected event_type', unknown);
  const types = new URLSearchParams(rawQueryString).getAll('event_type');
  if (types.length > 1) throw invalid('given more than once', 'event_type');
}
