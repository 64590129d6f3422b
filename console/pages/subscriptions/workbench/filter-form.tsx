import Add from '@mui/icons-material/Add';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId, useMemo } from 'react';
import { filterOf, newRow } from '../filter/conversion.ts';
import type { FilterForm as Form, Row } from '../filter/form.ts';
import { BUSINESS_WEEK } from '../filter/hours.ts';
import type { Place } from '../filter/places.ts';
import { ConditionRow } from './condition-row.tsx';
import { EventTypesInput } from './event-types-input.tsx';
import { HoursInput } from './hours-input.tsx';
import { KeptRow } from './kept-row.tsx';

interface FilterFormProps {
  readonly form: Form;
  onForm(form: Form): void;
  /** What does not hold, or is refused. */
  readonly place: Place | undefined;
  readonly problem: string | undefined;
}

/** The parts of a filter. All that are given must hold. */
export function FilterForm({ form, onForm, place, problem }: FilterFormProps) {
  const { rowProblems, hoursProblem } = useMemo(() => filterOf(form), [form]);
  const change = (part: Partial<Form>): void => onForm({ ...form, ...part });
  const setRow = (row: Row): void =>
    change({ rows: form.rows.map((each) => (each.id === row.id ? row : each)) });
  const removeRow = (id: number): void => {
    const rows = form.rows.filter((each) => each.id !== id);
    change({ rows, hasEmptyWhere: false });
  };
  const at = (part: Place['part']): string | undefined => (place?.part === part ? problem : undefined);
  const badRow = place?.part === 'where' ? place.row : undefined;
  const rest = Object.keys(form.rest);
  return (
    <>
      <Part title="Event types" note="Any of these is enough.">
        <EventTypesInput
          values={form.events}
          onValues={(events) => change({ events })}
          problem={at('events')}
        />
      </Part>
      <Part title="Conditions" note={form.rows.length > 1 ? 'All of these must hold.' : undefined}>
        {form.rows.map((row) => {
          const marked = row.id === badRow ? problem : undefined;
          return row.kind === 'test' ? (
            <ConditionRow
              key={row.id}
              row={row}
              onRow={setRow}
              onRemove={() => removeRow(row.id)}
              hint={rowProblems.get(row.id)}
              problem={marked}
            />
          ) : (
            <KeptRow key={row.id} row={row} onRemove={() => removeRow(row.id)} problem={marked} />
          );
        })}
        {place?.part === 'where' && badRow === undefined && problem && (
          <Alert severity="error" sx={{ my: 1 }}>
            {problem}
          </Alert>
        )}
        <Button startIcon={<Add />} onClick={() => change({ rows: [...form.rows, newRow(form)] })}>
          Add condition
        </Button>
      </Part>
      <Part title="JSONPath">
        {form.jsonpath === undefined ? (
          <Button startIcon={<Add />} onClick={() => change({ jsonpath: '$' })}>
            Add query
          </Button>
        ) : (
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
            <TextField
              fullWidth
              label="Query"
              value={form.jsonpath}
              onChange={({ target }) => change({ jsonpath: target.value })}
              error={at('jsonpath') !== undefined}
              helperText={
                at('jsonpath') ??
                'Must select something in {type, source, region, priority, data}: $.data.items[?@.price > 100]'
              }
              slotProps={{
                htmlInput: { spellCheck: false, dir: 'ltr' },
                input: { sx: { fontFamily: 'monospace' } },
              }}
            />
            <Button onClick={() => change({ jsonpath: undefined })}>Remove query</Button>
          </Box>
        )}
      </Part>
      <Part title="Hours" note="When the event is accepted.">
        {form.hours === undefined ? (
          <Button
            startIcon={<Add />}
            onClick={() =>
              change({
                hours: {
                  kind: 'week',
                  week: BUSINESS_WEEK,
                  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
                },
              })
            }
          >
            Add hours
          </Button>
        ) : (
          <HoursInput
            hours={form.hours}
            onHours={(hours) => change({ hours })}
            problem={at('during') ?? hoursProblem}
          />
        )}
      </Part>
      {rest.length > 0 && (
        <Alert severity="info">
          <bdi>{rest.join(', ')}</bdi> {rest.length === 1 ? 'is' : 'are'} left to JSON, and stay as written.
        </Alert>
      )}
    </>
  );
}

interface PartProps {
  readonly title: string;
  readonly note?: string | undefined;
  readonly children: ReactNode;
}

function Part({ title, note, children }: PartProps) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mb: 2.5, minWidth: 0, overflowWrap: 'anywhere' }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline', mb: 1 }}>
        <Typography variant="h3" id={id}>
          {title}
        </Typography>
        {note && (
          <Typography variant="body2" color="text.secondary">
            {note}
          </Typography>
        )}
      </Box>
      {children}
    </Box>
  );
}
