import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Scope } from '../../access/scopes.ts';
import { MAX_PAYLOAD_BYTES } from '../../events/payload.ts';
import { idempotencyKeyOf, refuseWithout } from '../../http/admission.ts';
import type { Request } from '../../http/body.ts';
import { callerOf } from '../../http/caller.ts';
import { ApiError, errorResponse, unavailable } from '../../http/errors.ts';
import { requireEnv } from '../../platform/env.ts';
import { errorFields, warn } from '../../platform/log.ts';
import { answerList, answerOne, orRefuse } from '../../publishing/answers.ts';
import { type Publishing, readContent } from '../../publishing/forms.ts';
import { publish } from '../../publishing/publish.ts';

/** From a route's key to its operation and the scope that it needs, as declared with the API's routes. */
const routes = JSON.parse(requireEnv('ROUTES')) as Record<string, [operation: string, scope: Scope | 'none']>;

/** Accepts events: validates, stores what is large, sends the rest to the queue, answers with the ids. */
export async function handler(request: Request): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    const [operation, scope] = routes[request.routeKey]!;
    return scope === 'none'
      ? await publishAddressed(request, operation)
      : await publishAs(request, operation, scope);
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error);
    warn('ingest failed', errorFields(error));
    return errorResponse(unavailable());
  }
}

async function publishAs(
  request: Request,
  operation: string,
  scope: Scope,
): Promise<APIGatewayProxyStructuredResultV2> {
  const caller = callerOf(request);
  refuseWithout(scope, caller.scopes);
  const publisher = { ...caller, operation, idempotencyKey: idempotencyKeyOf(request.headers) };
  const content = readContent(
    operation as Publishing,
    request,
    Math.min(caller.maxPayloadBytes, MAX_PAYLOAD_BYTES),
  );
  if (content.kind === 'list') return answerList(await publish(publisher, orRefuse(content.read)));
  const [result] = await publish(publisher, [content.read]);
  return answerOne(result!);
}

/** Few requests need what this loads; see there. */
async function publishAddressed(
  request: Request,
  operation: string,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { addressed } = await import('../../publishing/addressed.ts');
  return addressed(request, operation);
}
