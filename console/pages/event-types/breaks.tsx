import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import { ApiError } from '../../../client/errors.ts';
import { fieldProblems } from '../../api/problem.ts';
import { Foreign } from '../../parts/layout.tsx';

/** What of a schema breaks readers, as the API says it; undefined where it says something else. */
export const breaksIn = (error: unknown): readonly string[] | undefined =>
  error instanceof ApiError && error.kind === 'breaking_change'
    ? fieldProblems(error).map(({ message }) => message.replace(/; this breaks readers of version .*$/, ''))
    : undefined;

interface BreaksProps {
  readonly of: readonly string[];
  readonly isMeant: boolean;
  onMeant(isMeant: boolean): void;
}

/** Says whom a schema breaks, and asks whether that is meant. */
export function Breaks({ of, isMeant, onMeant }: BreaksProps) {
  return (
    <Alert severity="warning" role="alert">
      <AlertTitle>This breaks those who read these events by the schema they know.</AlertTitle>
      <ul>
        {of.map((message) => (
          <li key={message}>
            <Foreign text={message} />
          </li>
        ))}
      </ul>
      Give it another version to announce that. If readers know already, or nobody reads it yet:
      <FormControlLabel
        sx={{ display: 'flex' }}
        control={<Checkbox checked={isMeant} onChange={({ target }) => onMeant(target.checked)} />}
        label="Save it under the same version"
      />
    </Alert>
  );
}
