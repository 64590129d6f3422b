import { UsageError } from '../failure.ts';
import { withSet } from '../routes/body.ts';

/**
 * A payload with the changes of `--set data.amount=5000`.
 * @throws UsageError for a path that is not in the payload: what else an event has, has options of its own
 */
export function withChanges(payload: unknown, assignments: readonly string[]): unknown {
  for (const assignment of assignments) checkPath(assignment);
  return (assignments.reduce<unknown>(withSet, { data: payload }) as { data: unknown }).data;
}

function checkPath(assignment: string): void {
  const [path = ''] = assignment.split('=', 1);
  if (path === 'data' || path.startsWith('data.')) return;
  throw new UsageError(
    `--set ${path}: expected a path into the payload, which is under data: ${JSON.stringify(`data.${path}`)}`,
  );
}
