import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Request, signedBody } from '../http/body.ts';
import { ApiError, errorResponse, notFound } from '../http/errors.ts';
import type { Bound } from '../platform/bind.ts';
import { errorFields, warn } from '../platform/log.ts';
import { signingSecrets } from '../targets/signature.ts';
import type { Target } from '../targets/target.ts';
import { responseOf } from './answer.ts';
import { type AwaitDeps, awaitAnswer, type Passed } from './await-answer.ts';
import { ANSWER_SECONDS, WAIT_FOR_ROOM_MS } from './limits.ts';
import { isListenerId, type ListenerRef, partsOf } from './listener.ts';
import { isProved, type Proof, proofIn } from './proof.ts';
import type * as requestStore from './request-store.ts';
import { messageOf, requestIdOf } from './socket-request.ts';

export interface RelayDeps extends AwaitDeps {
  getTarget(tenant: string, id: string): Promise<Target | undefined>;
  readonly requests: AwaitDeps['requests'] &
    Bound<Pick<typeof requestStore, 'beginRequest' | 'endRequest' | 'openRequest'>>;
}

type Answer = APIGatewayProxyStructuredResultV2;

/**
 * Passes a delivery on to the machine that listens, and answers what that has answered. Only who knows the target's secret gets so
 * far: nobody but Posthorn reaches a developer's machine.
 * @throws ApiError
 */
export async function relay(deps: RelayDeps, request: Request): Promise<Answer> {
  // From here on, as those count who deliver: to wait for room takes of it.
  const until = deps.now() + ANSWER_SECONDS * 1000;
  const ref = refOf(request);
  const { body, proof } = await proved(deps, ref, request);
  const beganAt = await awaitRoom(deps, ref);
  if (beganAt === undefined) return sentAway(BUSY, deps.now());
  try {
    const id = requestIdOf(proof);
    const isNew = await deps.requests.openRequest(ref, id, until);
    const text = messageOf({ id, listener: ref.listener, until, headers: request.headers, body });
    return answerOf(await awaitAnswer(deps, ref, { id, text, until, isNew }), deps.now());
  } finally {
    await endOf(deps, ref, beganAt);
  }
}

const TENANT_ID = /^[\w-]{1,64}$/;

/** @throws ApiError where no listener can be meant; nothing was read for it */
function refOf({ pathParameters }: Request): ListenerRef {
  const { tenant = '', id = '' } = pathParameters ?? {};
  if (!TENANT_ID.test(tenant) || !isListenerId(id)) throw notFound('listener');
  return { tenant, listener: id };
}

/** @throws ApiError when there is no such listener, or the request was not signed with its secret */
async function proved(
  { getTarget, now }: RelayDeps,
  { tenant, listener }: ListenerRef,
  request: Request,
): Promise<{ body: Buffer; proof: Proof }> {
  const proof = proofIn(request.headers, now());
  if (!proof) throw UNPROVED();
  const target = await getTarget(tenant, partsOf(listener).target);
  if (!target) throw notFound('listener');
  const body = signedBody(request);
  if (isProved(proof, signingSecrets(target.secrets, now()), body.wire)) return { body: body.wire, proof };
  throw body.doubt ?? UNPROVED();
}

const UNPROVED = (): ApiError =>
  new ApiError(
    401,
    'invalid_signature',
    'expected a delivery of Posthorn, signed with the secret of its listener',
  );

const ROOM_POLL_MS = 200;

/** Waits until another request of the listener may be under way. @returns when it was counted; undefined where none may */
async function awaitRoom({ requests, now, sleep }: RelayDeps, ref: ListenerRef): Promise<number | undefined> {
  const latest = now() + WAIT_FOR_ROOM_MS;
  for (;;) {
    const beganAt = now();
    if (await requests.beginRequest(ref, beganAt)) return beganAt;
    if (beganAt >= latest) return undefined;
    await sleep(ROOM_POLL_MS);
  }
}

/** Never throws: a count that is not taken back is over with its minute. */
async function endOf({ requests }: RelayDeps, ref: ListenerRef, beganAt: number): Promise<void> {
  try {
    await requests.endRequest(ref, beganAt);
  } catch (error) {
    warn('relayed request not counted down', { tenant: ref.tenant, ...errorFields(error) });
  }
}

interface SentAway {
  readonly error: ApiError;
  /** When to come again. Nobody waits here for longer than it takes. */
  readonly retryAfterSeconds: number;
}

const BUSY: SentAway = {
  error: new ApiError(
    429,
    'too_many_requests',
    'its listener, or its tenant, has too many requests under way',
  ),
  retryAfterSeconds: 1,
};
const AWAY: SentAway = {
  error: new ApiError(503, 'listener_away', 'its listener is not connected at the moment'),
  retryAfterSeconds: 2,
};

function sentAway({ error, retryAfterSeconds }: SentAway, now: number): Answer {
  const response = errorResponse(error, now);
  return { ...response, headers: { ...response.headers, 'retry-after': String(retryAfterSeconds) } };
}

function answerOf(passed: Passed, now: number): Answer {
  switch (passed.kind) {
    case 'answered': {
      const { error } = passed.answer;
      return error === undefined
        ? responseOf(passed.answer)
        : errorResponse(
            new ApiError(502, 'no_answer', `the listener’s own server gave no answer: ${error}`),
            now,
          );
    }
    case 'over':
      return errorResponse(new ApiError(410, 'listener_over', 'nobody listens any more'), now);
    case 'away':
      return sentAway(AWAY, now);
    case 'late':
      return errorResponse(
        new ApiError(504, 'timeout', `the listener gave no answer within ${ANSWER_SECONDS} s`),
        now,
      );
  }
}
