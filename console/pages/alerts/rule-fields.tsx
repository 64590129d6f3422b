import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { MaybeEndpoint } from '../../parts/endpoint-choice.tsx';
import { fieldHelp, fieldProblem } from '../../parts/problem.tsx';
import { ConditionFields } from './condition-fields.tsx';
import { type FieldsProps, type RuleForm, withKind } from './form.ts';
import { KIND_NAMES, KINDS, type Kind } from './kinds.ts';
import { NotifyFields } from './notify-fields.tsx';

/** The fields of a rule: first what kind it is, then those that belong to it. */
export function RuleFields({ form, error, onChange }: FieldsProps) {
  const set = (part: Partial<RuleForm>): void => onChange({ ...form, ...part });
  return (
    <>
      <TextField
        select
        autoFocus
        label="Notify me when"
        value={form.kind}
        helperText={KINDS[form.kind].what}
        onChange={({ target }) => onChange(withKind(form, target.value as Kind))}
      >
        {KIND_NAMES.map((kind) => (
          <MenuItem key={kind} value={kind}>
            {KINDS[kind].label}
          </MenuItem>
        ))}
      </TextField>
      <MaybeEndpoint
        label="About"
        none="All endpoints"
        value={form.targetId}
        onChange={(targetId) => set({ targetId })}
        problem={fieldProblem(error, 'targetId')}
      />
      <ConditionFields form={form} error={error} onChange={onChange} />
      <TextField
        label="Name"
        required
        value={form.name}
        onChange={({ target }) => set({ name: target.value })}
        {...fieldHelp(error, 'name', 'What the event and the mail call it.')}
      />
      <NotifyFields form={form} error={error} onChange={onChange} />
      {/* Within a stack, a child has no margin of its own. */}
      <Box>
        <FormControlLabel
          control={
            <Switch
              size="small"
              checked={form.active}
              onChange={({ target }) => set({ active: target.checked })}
            />
          }
          label="Active: it is judged every five minutes"
          sx={{ ml: '-7px', gap: 0.5 }}
        />
      </Box>
    </>
  );
}
