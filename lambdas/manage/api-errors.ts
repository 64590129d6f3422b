import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ApiError, errorResponse, unavailable } from '../adapters/http.ts';
import { errorFields, warn } from '../adapters/log.ts';

/** Turns whatever is thrown into an answer of the one error shape, and logs what was not the caller's doing. */
export const apiErrors = (): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  onError: (request) => {
    if (request.error instanceof ApiError) return errorResponse(request.error);
    warn('request failed', { route: request.event.routeKey, ...errorFields(request.error) });
    return errorResponse(unavailable());
  },
});
