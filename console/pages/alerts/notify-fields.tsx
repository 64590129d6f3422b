import Checkbox from '@mui/material/Checkbox';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import { $api } from '../../api/client.ts';
import { IS_PORTAL } from '../../app/mode.ts';
import { MaybeEndpoint } from '../../parts/endpoint-choice.tsx';
import { fieldHelp, fieldProblem } from '../../parts/problem.tsx';
import type { FieldsProps } from './form.ts';

/** Who is notified, beside those who subscribe. */
export function NotifyFields({ form, error, onChange }: FieldsProps) {
  const mail = fieldHelp(error, 'notify.mail', useMailHint());
  return (
    <>
      <MaybeEndpoint
        label="Endpoint to notify"
        none="None"
        value={form.notifiedId}
        onChange={(notifiedId) => onChange({ ...form, notifiedId })}
        problem={fieldProblem(error, 'notify.targetId')}
        hint="It gets the rule’s events. So does each subscription to posthorn.alert.*."
      />
      <FormControl error={mail.error}>
        <FormControlLabel
          control={
            <Checkbox
              size="small"
              checked={form.isMailing}
              onChange={({ target }) => onChange({ ...form, isMailing: target.checked })}
            />
          }
          label="Send a mail"
        />
        {mail.helperText && <FormHelperText sx={{ ml: 3.25, mt: -0.5 }}>{mail.helperText}</FormHelperText>}
      </FormControl>
    </>
  );
}

/** Where mail goes. What a consumer of the portal sees of the tenant does not have its contact. */
function useMailHint(): string {
  const { data: tenant } = $api.useQuery('get', '/v1/tenant', {}, { enabled: !IS_PORTAL });
  if (!tenant) return 'To the tenant’s contact.';
  return tenant.contact === undefined
    ? 'The tenant has no contact yet, to which it would go: name one in Settings, Tenant.'
    : `To the tenant’s contact, ${tenant.contact}.`;
}
