import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { consume } from '../../delivery/queues/consume.ts';
import { quarantineIn } from '../../delivery/queues/quarantine.ts';
import { listConnections, removeConnection } from '../../live/connection-store.ts';
import { putFrame } from '../../live/frame-store.ts';
import { type PushDeps, pushAll } from '../../live/push.ts';
import { claimFrame, readWatch } from '../../live/watch-store.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv } from '../../platform/env.ts';
import { socketPoster } from '../../platform/sockets.ts';
import { ulidSource } from '../../values/ids.ts';

const stateTable = requireEnv('STATE_TABLE');
const quarantine = quarantineIn(requireEnv('QUARANTINE_QUEUE_URL'));

/** A frame that takes longer is given up: the next one comes in a second, and what is missed can be fetched. */
const POST_MS = 2000;

const deps: PushDeps = {
  now: Date.now,
  sleep,
  // Each from a source of its own: one source goes on from its last time, which may be that of another tenant's frame.
  ulid: (timeMs) => ulidSource()(timeMs),
  watches: bind({ claimFrame, readWatch }, stateTable),
  frames: bind({ putFrame }, stateTable),
  connections: bind({ listConnections, removeConnection }, stateTable),
  post: socketPoster(requireEnv('LIVE_URL'), POST_MS),
};

/** Tells those who watch live what happens, with at most one frame a second for each tenant. */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(
    event,
    ['live'],
    async (received) => {
      const failed = new Set(
        await pushAll(
          deps,
          received.map(({ message }) => message),
        ),
      );
      return received.filter(({ message }) => failed.has(message));
    },
    quarantine,
  );
