import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { DEFAULT_MESSAGES, type MessageView, pullRoutes } from '../../api/pull.ts';
import { type Route, routeKey } from '../../api/route.ts';
import { isPulled, pullRulesOf } from '../../destinations/pull.ts';
import { isWithin } from '../../http/caller.ts';
import { ApiError, json, notFound } from '../../http/errors.ts';
import { admit, bodyOf, type ManageRequest, pathId, queryOf } from '../../manage/request.ts';
import { acknowledge, extend, type FinishDeps, release } from '../../pull/finish.ts';
import { type ReceiveDeps, receive } from '../../pull/receive.ts';
import type { Target } from '../../targets/target.ts';
import type { TargetRef } from '../../values/target-ref.ts';
import { messageView } from './message-view.ts';

export interface ServeDeps extends ReceiveDeps, FinishDeps {
  /** A target as it was lately; undefined where there is none. */
  readonly targetOf: (ref: TargetRef) => Promise<Target | undefined>;
}

/** A request that is admitted, for a pull target of its caller. */
interface PullCall {
  readonly ref: TargetRef;
  readonly target: Target;
  readonly by: string;
  readonly query: unknown;
  readonly body: unknown;
}

type Operation = (deps: ServeDeps, call: PullCall) => Promise<object>;

interface Finishing {
  readonly receipts: readonly string[];
  readonly delaySeconds?: number;
  readonly leaseSeconds?: number;
}

const OPERATIONS: Record<keyof typeof pullRoutes, Operation> = {
  async fetchMessages(deps, { ref, target, by, query }): Promise<{ items: MessageView[] }> {
    const { leaseSeconds } = pullRulesOf(target);
    const asked = query as { max?: number; leaseSeconds?: number };
    const leaseMs = (asked.leaseSeconds ?? leaseSeconds) * 1000;
    const fetched = await receive(deps, { ref, target, max: asked.max ?? DEFAULT_MESSAGES, leaseMs, by });
    return { items: fetched.map((one) => messageView(target, one)) };
  },
  acknowledgeMessages: async (deps, { ref, body }) => ({
    lost: await acknowledge(deps, ref, (body as Finishing).receipts),
  }),
  async releaseMessages(deps, { ref, body }) {
    const { receipts, delaySeconds = 0 } = body as Finishing;
    return { lost: await release(deps, ref, receipts, delaySeconds * 1000) };
  },
  async extendMessages(deps, { ref, body }) {
    const { receipts, leaseSeconds = 0 } = body as Finishing;
    return { lost: await extend(deps, ref, receipts, leaseSeconds * 1000) };
  },
};

const byRouteKey = new Map(
  Object.entries(pullRoutes).map(([name, route]): [string, { route: Route; operation: Operation }] => [
    routeKey(route),
    { route, operation: OPERATIONS[name as keyof typeof pullRoutes] },
  ]),
);

/** Answers the requests of those who fetch. @throws ApiError */
export async function serve(
  deps: ServeDeps,
  request: ManageRequest,
): Promise<APIGatewayProxyStructuredResultV2> {
  const served = byRouteKey.get(request.routeKey);
  if (!served) throw notFound('route');
  const { route, operation } = served;
  const caller = admit(request, route);
  const query = queryOf(request, route);
  const body = bodyOf(request, route);
  const ref = { tenant: caller.tenant, target: pathId(request) };
  if (!isWithin(caller, ref.target)) throw notFound('target');
  const target = await deps.targetOf(ref);
  if (!target) throw notFound('target');
  refuseUnfetchable(target);
  return json(200, await operation(deps, { ref, target, by: caller.credential, query, body }));
}

function refuseUnfetchable(target: Target): void {
  if (!isPulled(target)) {
    const message = `expected a target of kind pull, got one of kind ${target.kind ?? 'webhook'}: its deliveries are sent`;
    throw new ApiError(409, 'not_fetchable', message);
  }
  if (!target.active) {
    const message = 'the target is disabled: what waits for it becomes dead letters, which can be replayed';
    throw new ApiError(409, 'target_disabled', message);
  }
}
