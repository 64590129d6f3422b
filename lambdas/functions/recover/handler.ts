import type { Context } from 'aws-lambda';
import { getTargetIds } from '../../config/config-store.ts';
import { getDeliveries, getStates } from '../../delivery/delivery-log-store.ts';
import { laneQueues } from '../../delivery/queues/lane-queues.ts';
import { readHealth } from '../../endpoint-health/health-store.ts';
import { getEvent } from '../../events/event-log-store.ts';
import { scheduleDrain } from '../../hold-queue/drain-schedule-store.ts';
import { bind } from '../../platform/bind.ts';
import { requireEnv } from '../../platform/env.ts';
import { skipDamaged } from '../../platform/items.ts';
import { sendMessages, visibleIn } from '../../platform/sqs.ts';
import { rowsOf } from '../../recovery/event-rows-store.ts';
import { placesOf } from '../../recovery/places-store.ts';
import { acquireRunLease, noteProgress, releaseRunLease } from '../../recovery/progress-store.ts';
import { type RecoveryDeps, runRecovery } from '../../recovery/run-recovery.ts';
import { listTenants } from '../../tenants/tenant-store.ts';

const configTable = requireEnv('CONFIG_TABLE');
const stateTable = requireEnv('STATE_TABLE');
const lanes = laneQueues(requireEnv('LANES'));

const deps: Omit<RecoveryDeps, 'remainingMs'> = {
  now: Date.now,
  config: bind({ getTargetIds }, configTable),
  tenants: bind({ listTenants }, configTable),
  log: bind({ getDeliveries, getEvent, getStates, rowsOf }, requireEnv('LOG_TABLE')),
  // A target whose health is damaged counts as one that has asked for no pause.
  health: {
    readHealth: (refs) => readHealth(stateTable, refs, { onUnreadable: (_, error) => skipDamaged(error) }),
  },
  waiting: bind({ placesOf, scheduleDrain }, stateTable),
  progress: bind({ acquireRunLease, noteProgress, releaseRunLease }, stateTable),
  events: bind({ sendMessages }, requireEnv('EVENTS_QUEUE_URL')),
  lanes,
  queues: lanes.knownQueues(),
  visibleIn,
};

/** Looks for deliveries that were lost, and sends them again. */
export const handler = (_event: unknown, context: Context): Promise<void> =>
  runRecovery({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() });
