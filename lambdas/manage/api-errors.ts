import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ApiError, errorResponse, unavailable, unreadable } from '../http/errors.ts';
import { UnreadableItemError } from '../platform/items.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';

/** An item of a newer version can be read as soon as the deployment has ended; a damaged one not before it is mended. */
const answerTo = (error: unknown): ApiError =>
  error instanceof UnreadableItemError && !error.isNewer ? unreadable(error.what) : unavailable();

/** Turns whatever is thrown into an answer of the one error shape, and logs what was not the caller's doing. */
export const apiErrors = (
  now: () => number,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  onError: (request) => {
    if (request.error instanceof ApiError) return errorResponse(request.error, now());
    if (request.error instanceof UnreadableItemError) emitMetrics({ UnreadableItems: 1 });
    warn('request failed', { route: request.event.routeKey, ...errorFields(request.error) });
    return errorResponse(answerTo(request.error), now());
  },
});
