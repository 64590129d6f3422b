import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { ApiError, NotAllowedError, PosthornError } from '../../client/errors.ts';
import { fieldProblems, isPassing, isSignedOut, wordsOf } from '../api/problem.ts';

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
const canPass = (error: unknown): boolean => !(error instanceof PosthornError) || isPassing(error);

export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return wordsOf(error);
  if (isSignedOut(error)) return 'Your session is over. Sign in again.';
  const words = wordsOf(error);
  if (error instanceof NotAllowedError) return `${sentence(words)}. Sign in with a key that has this scope.`;
  const all = error.problems.map(({ field, message }) => (field ? `${field}: ${message}` : message));
  return all.length > 1 ? all.join('. ') : error.field ? `${error.field}: ${words}` : sentence(words);
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * What the API says of one field of a form; undefined when it says nothing of it.
 * @param field as the API names it; what it says of a part of it (`retry.schedule.0`) counts as well
 */
export function fieldProblem(error: unknown, field: string): string | undefined {
  return fieldProblems(error).find((each) => each.field === field || each.field?.startsWith(`${field}.`))
    ?.message;
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
