import type { FrameView } from '../../api/live.ts';
import type { ROUTES } from '../../api/routes.ts';
import { refuseWithout } from '../../http/admission.ts';
import { ApiError, insufficient, invalid, notFound } from '../../http/errors.ts';
import { isOver, partsOf } from '../../listeners/listener.ts';
import { frameFor } from '../../live/frame.ts';
import { CATCH_UP_BYTES } from '../../live/limits.ts';
import { noRoom } from '../../live/room.ts';
import { getsFrames, viewerOf } from '../../live/viewer.ts';
import { hasAllSince } from '../../live/watch.ts';
import { timeOfUlid } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { ManageDeps } from '../deps.ts';
import type { Call, Operation } from '../operation.ts';
import { existingListener } from './listeners.ts';
import { restartReconnecting } from './target-status.ts';

type Routes = typeof ROUTES;

/** As many as keys have. */
const SECRET_BYTES = 32;

/** A ticket says nothing itself: whose it is stands in the table, under its hash. */
export const createLiveTicket: Operation<Routes['createLiveTicket']> = async (deps, call) => {
  const { live, environment, randomBytes } = deps;
  const { caller, tenant, body, make } = call;
  const { listener, frames } = body;
  if (listener === undefined && frames !== undefined) {
    throw invalid('expected it with a listener: any other connection gets frames', 'frames');
  }
  if (listener !== undefined) await readyListener(deps, call, listener);
  if (getsFrames(body)) await refuseWithoutRoom(deps, call);
  const { credential, targets, session, expiresAt, sessionExpiresAt } = caller;
  const ticket = `tkt_${Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url')}`;
  const endsAt = sessionExpiresAt ?? expiresAt;
  const watcher = { tenant, credential, targets: targets && [...targets], session, endsAt, listener, frames };
  const made = await live.putTicket(ticket, watcher, make.now);
  const url = `${environment.liveUrl}?ticket=${ticket}`;
  return { status: 201, body: { ticket, url, expiresAt: rfc3339(made.expiresAt) } };
};

type Ticketing = Pick<Call<Routes['createLiveTicket']>, 'caller' | 'tenant' | 'make'>;

async function refuseWithoutRoom(
  { live }: Pick<ManageDeps, 'live'>,
  { caller, tenant, make }: Ticketing,
): Promise<void> {
  const problem = noRoom(await live.listConnections(tenant, make.now), caller.credential);
  if (problem === undefined) return;
  throw new ApiError(409, 'limit_reached', `${problem}; close one, or try again in five minutes`);
}

/**
 * Lets a listener begin afresh: while it was away its deliveries failed, and they need not wait for a probe.
 * @throws ApiError when the caller may not have it, or it is over
 */
async function readyListener(
  deps: ManageDeps,
  { caller, tenant, make }: Ticketing,
  listener: string,
): Promise<void> {
  refuseWithout('manage', caller.scopes);
  if (caller.targets)
    throw insufficient('expected a credential for all targets, got one that is limited to some');
  if (isOver(await existingListener(deps, tenant, listener), make.now)) throw notFound('listener');
  await restartReconnecting(deps, { tenant, target: partsOf(listener).target }, make.now);
}

/** The watch is read after the frames: if it says that all are there, none was missing when they were read. */
export const listLiveFrames: Operation<Routes['listLiveFrames']> = async (
  { live },
  { caller, tenant, query, make },
) => {
  const viewer = viewerOf(caller);
  const items: FrameView[] = [];
  let bytes = 0;
  let isCut = false;
  for await (const { id, news } of live.framesAfter(tenant, query.after, make.now)) {
    const frame = frameFor(viewer, news, { id, at: rfc3339(timeOfUlid(id)) });
    if (!frame) continue;
    bytes += Buffer.byteLength(JSON.stringify(frame));
    isCut = bytes > CATCH_UP_BYTES;
    if (isCut) break;
    // Its words are those of the release that wrote them.
    items.push(frame as FrameView);
  }
  const watch = await live.readWatch(tenant);
  const complete = !isCut && hasAllSince(watch, timeOfUlid(query.after), make.now);
  return { status: 200, body: { items, complete } };
};
