import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Scope } from '../access/scopes.ts';
import { MAX_PAYLOAD_BYTES } from '../events/payload.ts';
import { idempotencyKeyOf, refuseWithout } from '../http/admission.ts';
import type { Request } from '../http/body.ts';
import { callerOf, tenantOf } from '../http/caller.ts';
import { ApiError, errorResponse, unavailable, unreadable } from '../http/errors.ts';
import { isUnreadable } from '../platform/is-unreadable.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { traceContextOf } from '../values/trace-context.ts';
import { type Publishing, readContent } from './forms.ts';
import type { Publish } from './publish.ts';
import { answerList, answerOne, orRefuse } from './publish-answers.ts';

type Answer = Promise<APIGatewayProxyStructuredResultV2>;

export interface IngestDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From a route's key to its operation and the scope that it needs, as declared with the API's routes. */
  readonly routes: Readonly<Record<string, readonly [operation: string, scope: Scope | 'none']>>;
  readonly publish: Publish;
  /** Accepts an event for one subscription, from a sender without a key. */
  publishAddressed(request: Request, operation: string): Answer;
}

/** Accepts events: validates, stores what is large, sends the rest to the queue, answers with the ids. */
export async function ingest(deps: IngestDeps, request: Request): Answer {
  try {
    const [operation, scope] = deps.routes[request.routeKey]!;
    return scope === 'none'
      ? await deps.publishAddressed(request, operation)
      : await publishAs(deps.publish, request, operation as Publishing, scope);
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error, deps.now());
    if (isUnreadable(error)) emitMetrics({ UnreadableItems: 1 });
    const subject = { tenant: tenantOf(request), event: traceContextOf(request.headers) };
    warn('ingest failed', { ...about(subject), route: request.routeKey, ...errorFields(error) });
    return errorResponse(answerTo(error), deps.now());
  }
}

/** As the management API answers: repeating helps unless an item is damaged. */
const answerTo = (error: unknown): ApiError =>
  isUnreadable(error) && !error.isNewer ? unreadable(error.what) : unavailable();

async function publishAs(publish: Publish, request: Request, operation: Publishing, scope: Scope): Answer {
  const caller = callerOf(request);
  refuseWithout(scope, caller.scopes);
  const publisher = {
    ...caller,
    operation,
    idempotencyKey: idempotencyKeyOf(request.headers),
    trace: traceContextOf(request.headers),
  };
  const content = readContent(operation, request, Math.min(caller.maxPayloadBytes, MAX_PAYLOAD_BYTES));
  if (content.kind === 'list') return answerList(await publish(publisher, orRefuse(content.read)));
  const [result] = await publish(publisher, [content.read]);
  return answerOne(result!);
}
