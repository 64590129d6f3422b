import type { LiveMessage } from '../delivery/messages.ts';
import type { Bound } from '../platform/bind.ts';
import { inParallel } from '../platform/in-parallel.ts';
import { emitMetrics, errorFields, warn } from '../platform/log.ts';
import type { PostToSocket } from '../platform/sockets.ts';
import type { UlidSource } from '../values/ids.ts';
import { rfc3339 } from '../values/rfc3339.ts';
import type * as connectionStore from './connection-store.ts';
import type { Connection } from './connection-store.ts';
import { type Frame, frameFor, merged, type News } from './frame.ts';
import type * as frameStore from './frame-store.ts';
import { FRAME_EVERY_MS, HANDSHAKE_MS } from './limits.ts';
import { viewerOf } from './viewer.ts';
import { isWatched } from './watch.ts';
import type * as watchStore from './watch-store.ts';

export interface PushDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** Makes the ids of frames. */
  readonly ulid: UlidSource;
  readonly watches: Bound<Pick<typeof watchStore, 'claimFrame' | 'readWatch'>>;
  readonly frames: Bound<Pick<typeof frameStore, 'putFrame'>>;
  readonly connections: Bound<Pick<typeof connectionStore, 'listConnections' | 'removeConnection'>>;
  readonly post: PostToSocket;
}

/** Posts under way at once for a frame; more would only queue for sockets. */
const PARALLEL_POSTS = 25;
/** Tenants at once: most of a frame's time is waiting. */
const PARALLEL_TENANTS = 50;
/** Workers that were quicker, before a message is received again: each has taken a second. */
const TRIES = 10;

/**
 * Tells those who watch, one frame for each tenant. What could not be stored is received again; what a connection did not
 * get is not sent again, since it can be fetched.
 * @returns the messages of the tenants for which it failed
 */
export async function pushAll<M extends LiveMessage>(deps: PushDeps, messages: readonly M[]): Promise<M[]> {
  const byTenant = Map.groupBy(messages, ({ tenant }) => tenant);
  const failed = await inParallel([...byTenant], PARALLEL_TENANTS, async ([tenant, ofTenant]) => {
    try {
      await push(deps, tenant, ofTenant);
      return [];
    } catch (error) {
      warn('frame not made', { tenant, ...errorFields(error) });
      return ofTenant;
    }
  });
  return failed.flat();
}

/**
 * The frame is stored before the connections are read: one that opens meanwhile either gets it, or finds it when it catches
 * up.
 */
async function push(deps: PushDeps, tenant: string, messages: readonly LiveMessage[]): Promise<void> {
  const at = await claim(deps, tenant);
  if (at === undefined) return;
  const news = merged(messages);
  const id = deps.ulid(at);
  await deps.frames.putFrame(tenant, id, news, at);
  emitMetrics({ LiveFrames: 1 });
  const connections = await deps.connections.listConnections(tenant, deps.now());
  const texts = textsBy(news, { id, at: rfc3339(at) });
  await inParallel(connections, PARALLEL_POSTS, (one) => send(deps, tenant, one, texts(one)));
}

/** Waits until the tenant may have a frame. @returns its time; undefined when nobody watches */
async function claim({ watches, now, sleep }: PushDeps, tenant: string): Promise<number | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const watch = await watches.readWatch(tenant);
    if (!isWatched(watch, now())) return undefined;
    const due = (watch.frameAt ?? 0) + FRAME_EVERY_MS;
    if (due > now()) await sleep(due - now());
    // By the clock of this worker it may be earlier still, and ids rise.
    const at = Math.max(now(), due);
    if (await watches.claimFrame(tenant, watch.frameAt, at)) return at;
  }
  throw new Error(`other workers made ${TRIES} frames of ${tenant} meanwhile`);
}

/** The frame as each connection sees it. Those with the same view share its text. */
function textsBy(news: News, frame: Pick<Frame, 'id' | 'at'>): (one: Connection) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (one) => {
    const viewer = viewerOf(one);
    const view = JSON.stringify([viewer.targets, viewer.hasKey]);
    if (!known.has(view)) {
      const seen = frameFor(viewer, news, frame);
      known.set(view, seen && JSON.stringify(seen));
    }
    return known.get(view);
  };
}

/** A connection that is gone is removed, but for one that may be opening: API Gateway says the same of both. */
async function send(
  { connections, post, now }: PushDeps,
  tenant: string,
  { id, openedAt }: Connection,
  text: string | undefined,
): Promise<void> {
  if (text === undefined) return;
  try {
    if ((await post(id, text)) || now() - openedAt < HANDSHAKE_MS) return;
    await connections.removeConnection(tenant, id);
  } catch (error) {
    warn('frame not posted', { tenant, connection: id, ...errorFields(error) });
    emitMetrics({ LiveUnsent: 1 });
  }
}
