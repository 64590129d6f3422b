import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { batchOrSingly, consume, type Received } from '../../delivery/consume.ts';
import { putOutcomes } from '../../delivery/delivery-log-store.ts';
import {
  type ChallengeMessage,
  MESSAGE_KINDS,
  type Message,
  type ReplayMessage,
} from '../../delivery/messages.ts';
import { buriedOutcome, deadOutcome } from '../../delivery/outcome.ts';
import type { Outcome } from '../../delivery/outcome-schema.ts';
import { markEventDead } from '../../events/event-log-store.ts';
import { notifyOfDead, notifyOfLost } from '../../notifications/dead-letter-news.ts';
import { requireEnv, requireEnvNumber } from '../../platform/env.ts';
import { emitMetrics, warn } from '../../platform/log.ts';
import { ended } from '../../replay/replay-job.ts';
import { changeJob } from '../../replay/replay-job-store.ts';
import { tallyOutcomes } from '../../stats/stats.ts';
import { addStats } from '../../stats/stats-store.ts';
import { putChallengeResult } from '../../targets/challenge-store.ts';

const logTable = requireEnv('LOG_TABLE');
const stateTable = requireEnv('STATE_TABLE');
const retention = requireEnvNumber('LOG_RETENTION_SECONDS');

/**
 * Writes dead letters to the log. Two ways lead here: dispatch gives a delivery up, or a queue has handed out
 * a message as often as it may, because a part of ours kept failing on it.
 */
export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  consume(event, MESSAGE_KINDS, batchOrSingly(writeDeadLetters));

async function writeDeadLetters(received: Received[]): Promise<void> {
  const messages = received.map(({ message }) => message);
  const outcomes = messages.flatMap((message) => outcomesOf(message, Date.now()));
  const events = messages.filter((message) => message.kind === 'events');
  await putOutcomes(logTable, retention, outcomes);
  for (const { tenant, events: lost } of events) {
    await Promise.all(lost.map((event) => markEventDead(logTable, retention, tenant, event)));
    warn('events not fanned out', { tenant, count: lost.length });
  }
  await Promise.all(messages.filter((message) => message.kind === 'challenge').map(giveUpChallenge));
  await Promise.all(messages.filter((message) => message.kind === 'replay').map(giveUpReplay));
  await notifyOfDead(outcomes);
  await notifyOfLost(events);
  // Last, since it alone adds up when the messages come again.
  await addStats(logTable, tallyOutcomes(outcomes));
  emitMetrics({ Dead: outcomes.filter(({ status }) => status === 'dead').length });
}

function outcomesOf(message: Message, at: number): readonly Outcome[] {
  switch (message.kind) {
    case 'dead':
      return [buriedOutcome(message, at)];
    case 'delivery':
      return [deadOutcome(message, 'infrastructure', at)];
    case 'outcomes':
      // What record could not write may be written now; the outcomes themselves are sound.
      return message.outcomes;
    case 'events':
    case 'challenge':
    // Its room is still on the list of rooms, and release calls to it again.
    case 'call':
    case 'replay':
      return [];
  }
}

/** Its owner waits for a result, and can have the endpoint asked again. */
async function giveUpChallenge({ tenant, target, token }: ChallengeMessage): Promise<void> {
  warn('challenge given up', { tenant, target });
  const problem =
    'the challenge could not be sent, for a fault of Posthorn and not of the endpoint; ask again';
  const result = { token, passed: false, problem, at: Date.now() };
  await putChallengeResult(stateTable, { tenant, target }, result);
}

/** A job whose page failed again and again. It says how far it has come, and another can begin there. */
async function giveUpReplay({ tenant, job, page }: ReplayMessage): Promise<void> {
  warn('replay given up', { tenant, job });
  await changeJob(stateTable, tenant, job, (current) =>
    current.page > page + 1 ? undefined : ended(current, 'failed', Date.now(), 'infrastructure'),
  );
}
