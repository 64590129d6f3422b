import { answerIn } from '../listeners/answer.ts';
import type * as requestStore from '../listeners/request-store.ts';
import type { Bound } from '../platform/bind.ts';
import type { JsonObject } from '../values/json.ts';
import { type ConnectionDeps, listenerOf } from './connections.ts';

export interface AnswerDeps {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly connections: Pick<ConnectionDeps['connections'], 'findConnection'>;
  readonly requests: Bound<Pick<typeof requestStore, 'answerRequest'>>;
}

/**
 * Takes what a listener's client says of a request. Only of requests of its own listener: they are looked for among those.
 * @returns what is wrong with it, undefined when it is taken
 */
export async function takeAnswer(
  { now, connections, requests }: AnswerDeps,
  connection: string,
  message: JsonObject,
): Promise<string | undefined> {
  const read = answerIn(message);
  if (!read.ok) return read.problem;
  const watcher = await connections.findConnection(connection);
  const listener = watcher && listenerOf(watcher);
  if (!listener) return 'expected the connection of a listener: get its ticket with {"listener": "lsn_…"}';
  const isTaken = await requests.answerRequest(listener, read.id, read.answer, now());
  return isTaken ? undefined : 'no such request of this listener waits for an answer';
}
