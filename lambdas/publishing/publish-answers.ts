import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ApiError, json } from '../http/errors.ts';
import { combined, type Problem, problemsOf, type Read, refused } from './event-checks.ts';
import type { Published } from './publish.ts';

const STATUS = {
  malformed_json: 400,
  validation_failed: 422,
  schema_mismatch: 422,
  event_id_reused: 422,
  idempotency_key_reused: 422,
  payload_too_large: 413,
  unreadable_item: 500,
} as const;

/** The value, or the refusal of the whole request. */
export function orRefuse<T>(read: Read<T>): T {
  if (read.ok) return read.value;
  const { code, message, field } = read.problem;
  throw new ApiError(STATUS[code], code, message, field, problemsOf(read.problem));
}

/** The answer to one event. */
export const answerOne = (result: Read<Published>): APIGatewayProxyStructuredResultV2 =>
  json(202, entryOf(orRefuse(result)));

/**
 * The answer to several, each with its own result. When none is acceptable, all that is wrong is the answer: what is our
 * fault first, since by its status the producer knows that an event may be published yet.
 */
export function answerList(results: readonly Read<Published>[]): APIGatewayProxyStructuredResultV2 {
  const accepted = results.filter(({ ok }) => ok).length;
  const problems = results.flatMap(problemsIn);
  const [ours, theirs] = [problems.filter(isOurs), problems.filter((problem) => !isOurs(problem))];
  const found = accepted === 0 ? combined(...ours, ...theirs) : undefined;
  if (found) orRefuse(refused(found));
  return json(202, {
    accepted,
    rejected: results.length - accepted,
    events: results.map((result) => (result.ok ? entryOf(result.value) : { error: errorOf(result.problem) })),
  });
}

const isOurs = ({ code }: Problem): boolean => STATUS[code] >= 500;

/** Each problem of an event by itself. */
const problemsIn = (result: Read<Published>): Problem[] =>
  result.ok
    ? []
    : problemsOf(result.problem).map(({ message, field }) => ({ code: result.problem.code, message, field }));

const entryOf = ({ id, warnings }: Published) => ({ id, ...(warnings && { warnings }) });

const errorOf = (problem: Problem) => ({
  error: problem.code,
  message: problem.message,
  ...(problem.field !== undefined && { field: problem.field }),
  ...(problem.others && { problems: problemsOf(problem) }),
});
