import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { ApiProblem } from '../api/problem.ts';

interface ProblemProps {
  readonly error: unknown;
  /** Tries again what failed. */
  readonly onRetry?: () => void;
}

/** What went wrong: what the API said, and what to do. */
export function Problem({ error, onRetry }: ProblemProps) {
  if (error === null || error === undefined) return null;
  return (
    <Alert
      severity="error"
      role="alert"
      sx={{ my: 1 }}
      action={
        onRetry &&
        canPass(error) && (
          <Button color="inherit" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {problemText(error)}
    </Alert>
  );
}

/** Whether the same again may succeed. */
const canPass = (error: unknown): boolean => !(error instanceof ApiProblem) || error.isPassing;

export function problemText(error: unknown): string {
  if (!(error instanceof ApiProblem)) return error instanceof Error ? error.message : String(error);
  if (error.isSignedOut) return 'Your session is over. Sign in again.';
  if (error.status === 403) return `${sentence(error.message)}. Sign in with a key that has this scope.`;
  const all = error.problems.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return all.length > 1
    ? all.join('. ')
    : error.field
      ? `${error.field}: ${error.message}`
      : sentence(error.message);
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * What the API says of one field of a form; undefined when it says nothing of it.
 * @param field as the API names it; what it says of a part of it (`retry.schedule.0`) counts as well
 */
export function fieldProblem(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const all = error.problems.length > 0 ? error.problems : [{ field: error.field, message: error.message }];
  return all.find((each) => each.field === field || each.field?.startsWith(`${field}.`))?.message;
}

/**
 * How a text field shows what the API says of it.
 * @param hint what it shows otherwise
 */
export function fieldHelp(
  error: unknown,
  field: string,
  hint?: string,
): { readonly error: boolean; readonly helperText: string | undefined } {
  const problem = fieldProblem(error, field);
  return { error: problem !== undefined, helperText: problem ?? hint };
}
