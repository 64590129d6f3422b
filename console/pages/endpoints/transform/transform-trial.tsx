import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { api } from '../../../api/client.ts';
import type { Schemas } from '../../../api/types.ts';
import { useCatalogue } from '../../../parts/catalogue.ts';
import { JsonField } from '../../../parts/payload/json-field.tsx';
import { readJson } from '../../../parts/payload/json-text.ts';
import { fieldHelp, fieldProblem, Problem } from '../../../parts/problem.tsx';
import { useAction } from '../../../parts/use-action.ts';
import { sampleText } from '../test/sample.ts';
import { TransformOutcome } from './transform-outcome.tsx';

interface TransformTrialProps {
  readonly targetId: string;
  readonly expression: string;
}

/** Asks the API what an expression makes of an event. Nothing is sent, and nothing is saved. */
export function TransformTrial({ targetId, expression }: TransformTrialProps) {
  const types = useCatalogue();
  const [type, setType] = useState('');
  const [edited, setText] = useState<string>();
  const [tried, setTried] = useState<{ expression: string; outcome: Schemas['TransformOutcome'] }>();
  const { isBusy, error, run } = useAction();
  const text = edited ?? sampleText(types, type);
  const data = readJson(text);

  async function attempt(value: unknown): Promise<void> {
    setTried(undefined);
    const { data: outcome } = await api.POST('/v1/targets/{id}/transform/test', {
      params: { path: { id: targetId } },
      body: { transform: expression.trim(), ...(type.trim() !== '' && { type: type.trim() }), data: value },
    });
    setTried({ expression, outcome: outcome! });
  }

  const isNamed = ['type', 'data'].some((field) => fieldProblem(error, field) !== undefined);
  return (
    <Paper variant="outlined" role="group" aria-label="Try the expression" sx={{ p: 2, width: '100%' }}>
      <Stack spacing={2}>
        <TextField
          label="Event type"
          value={type}
          {...fieldHelp(error, 'type', 'One of the catalogue brings its sample along')}
          slotProps={{ htmlInput: { list: TYPES, spellCheck: false, autoCapitalize: 'off' } }}
          onChange={({ target }) => setType(target.value)}
        />
        <datalist id={TYPES}>
          {types.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <JsonField
          label="Payload, as JSON"
          text={text}
          onChange={setText}
          problem={fieldProblem(error, 'data')}
          hint="The expression sees it as data"
        />
        <Button
          variant="outlined"
          loading={isBusy}
          disabled={!data.isValid || expression.trim() === ''}
          onClick={() => void run(async () => data.isValid && attempt(data.value))}
          sx={{ alignSelf: 'flex-start' }}
        >
          Show the request
        </Button>
        {!isNamed && <Problem error={error} />}
        {tried && (
          <>
            {tried.expression !== expression && (
              <Typography color="textSecondary">The expression has changed since.</Typography>
            )}
            <TransformOutcome outcome={tried.outcome} />
          </>
        )}
      </Stack>
    </Paper>
  );
}

const TYPES = 'transform-event-types';
