import type { FrameView } from '../../api/live.ts';
import type { ROUTES } from '../../api/routes.ts';
import { ApiError } from '../../http/errors.ts';
import { frameFor } from '../../live/frame.ts';
import { CATCH_UP_BYTES } from '../../live/limits.ts';
import { noRoom } from '../../live/room.ts';
import { viewerOf } from '../../live/viewer.ts';
import { hasAllSince } from '../../live/watch.ts';
import { timeOfUlid } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { Operation } from '../operation.ts';

type Routes = typeof ROUTES;

/** As many as keys have. */
const SECRET_BYTES = 32;

/** A ticket says nothing itself: whose it is stands in the table, under its hash. */
export const createLiveTicket: Operation<Routes['createLiveTicket']> = async (
  { live, environment, randomBytes },
  { caller, tenant, make },
) => {
  const open = await live.listConnections(tenant, make.now);
  const { credential, targets, session, expiresAt, sessionExpiresAt } = caller;
  const problem = noRoom(open, credential);
  if (problem !== undefined) {
    throw new ApiError(409, 'limit_reached', `${problem}; close one, or try again in five minutes`);
  }
  const ticket = `tkt_${Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url')}`;
  const endsAt = sessionExpiresAt ?? expiresAt;
  const watcher = { tenant, credential, targets: targets && [...targets], session, endsAt };
  const made = await live.putTicket(ticket, watcher, make.now);
  const url = `${environment.liveUrl}?ticket=${ticket}`;
  return { status: 201, body: { ticket, url, expiresAt: rfc3339(made.expiresAt) } };
};

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
