import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { tenantOf } from '../http/caller.ts';
import { ApiError, errorResponse, unavailable, unreadable } from '../http/errors.ts';
import { UnreadableItemError } from '../platform/items.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';

/** An item of a newer version can be read once the deployment has ended, a damaged item only once it is repaired. */
const answerTo = (error: unknown): ApiError =>
  error instanceof UnreadableItemError && !error.isNewer ? unreadable(error.what) : unavailable();

/** Turns any error into an answer of the one error shape, and logs those that the caller has not caused. */
export const apiErrors = (
  now: () => number,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  onError: (request) => {
    if (request.error instanceof ApiError) return errorResponse(request.error, now());
    if (request.error instanceof UnreadableItemError) emitMetrics({ UnreadableItems: 1 });
    warn('request failed', {
      tenant: tenantOf(request.event),
      route: request.event.routeKey,
      ...errorFields(request.error),
    });
    return errorResponse(answerTo(request.error), now());
  },
});
