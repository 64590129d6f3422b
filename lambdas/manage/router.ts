import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Route, routeKeys } from '../api/route.ts';
import { ROUTES } from '../api/routes.ts';
import { json, notFound } from '../http/errors.ts';
import { etagOf } from '../http/precondition.ts';
import { type AuditDeps, audited } from './audit/audited.ts';
import type { ManageDeps } from './deps.ts';
import { type IdempotencyDeps, idempotently } from './idempotent.ts';
import { limitedDeps } from './limited-deps.ts';
import { inFormat } from './lists/export.ts';
import { withOpenCursor, withSealedNext } from './lists/sealed-cursors.ts';
import type { Answer, Call } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { admit, bodyOf, ifMatchOf, type ManageRequest, pathId, queryOf } from './request.ts';

interface Served {
  readonly name: string;
  readonly route: Route;
  readonly operation: (deps: ManageDeps, call: Call) => Promise<Answer>;
}

const byRouteKey = new Map(
  Object.entries(OPERATIONS).flatMap(([name, operation]): [string, Served][] => {
    const route: Route = ROUTES[name as keyof typeof OPERATIONS];
    // The compiler has checked each operation against its own route. From here on they are all alike.
    const served = { name, route, operation: operation as unknown as Served['operation'] };
    return routeKeys(route).map((key) => [key, served]);
  }),
);

/** Answers requests. API Gateway has matched the route already: its key leads to the operation. @throws ApiError */
export function createRouter(
  deps: ManageDeps,
  idempotency: IdempotencyDeps,
  audit: AuditDeps,
): (request: ManageRequest) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (request) => {
    const served = byRouteKey.get(request.routeKey);
    if (!served) throw notFound('route');
    const { name, route, operation } = served;
    const caller = admit(request, route);
    const call = {
      caller,
      tenant: caller.tenant,
      id: pathId(request),
      query: queryOf(request, route) as Call['query'],
      body: bodyOf(request, route) as Call['body'],
      ifMatch: ifMatchOf(request),
      request,
    };
    const answer = await idempotently(idempotency, caller, route, request, async (make) => {
      await refuseForeign(deps, route, { ...call, make });
      // What writes needs deliveries whole.
      const shown = route.method === 'GET' ? limitedDeps(deps, caller) : deps;
      const query = await withOpenCursor(deps, route, caller, call.query);
      return audited(audit, { operation: name, route, call }, shown, (recording) =>
        operation(recording, { ...call, query, make }),
      );
    });
    return responseOf(await inFormat(route, request, await withSealedNext(deps, route, caller, answer)));
  };
}

function responseOf({ status, body, revision, cookies, raw }: Answer): APIGatewayProxyStructuredResultV2 {
  const etag = revision === undefined ? undefined : { etag: etagOf(revision) };
  if (raw) {
    const headers = { ...raw.headers, 'cache-control': 'no-store' };
    const text = Buffer.from(raw.bytes).toString('base64');
    return { statusCode: status, headers, body: text, isBase64Encoded: true };
  }
  const response = body === undefined ? { statusCode: status } : json(status, body);
  return {
    ...response,
    headers: { ...response.headers, ...etag },
    ...(cookies && { cookies: [...cookies] }),
  };
}
