import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { type FormEvent, useEffect, useState } from 'react';
import { $api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { ShortId } from '../../parts/copy.tsx';
import { Facts, Section } from '../../parts/layout.tsx';
import { countText, sizeText } from '../../parts/numbers.ts';
import { fieldHelp, Problem } from '../../parts/problem.tsx';
import { useToast } from '../../parts/toasts.tsx';

const CHECKS = {
  off: 'off: payloads are taken as they are',
  warn: 'warn: taken, and the answer says what does not fit',
  enforce: 'enforce: refused',
} as const;

/** What the tenant may change of itself, and what its operator has agreed. */
export function TenantTab() {
  const { data: tenant, error, refetch } = $api.useQuery('get', '/v1/tenant');
  const [name, setName] = useState('');
  const [contact, setContact] = useState('');
  const [schemaCheck, setSchemaCheck] = useState<string>('off');
  const save = $api.useMutation('patch', '/v1/tenant');
  const toast = useToast();
  useEffect(() => {
    if (!tenant) return;
    setName(tenant.name);
    setContact(tenant.contact ?? '');
    setSchemaCheck(tenant.schemaCheck);
  }, [tenant]);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const body = {
      name,
      contact: contact === '' ? null : contact,
      schemaCheck: schemaCheck as keyof typeof CHECKS,
    };
    save.mutate(
      { body },
      {
        onSuccess: () => {
          void refresh('/v1/tenant', '/v1/session');
          toast({ severity: 'success', text: 'Saved.' });
        },
      },
    );
  }

  if (!tenant) return <Problem error={error} onRetry={() => void refetch()} />;
  const { limits } = tenant;
  const field = (of: string) => ({
    ...fieldHelp(save.error, of),
  });
  return (
    <>
      <Section title="Tenant">
        <Stack component="form" onSubmit={submit} spacing={2} sx={{ maxWidth: 480 }}>
          <TextField
            label="Name"
            required
            value={name}
            onChange={({ target }) => setName(target.value)}
            {...field('name')}
          />
          <TextField
            label="Contact"
            type="email"
            value={contact}
            onChange={({ target }) => setContact(target.value)}
            {...field('contact')}
          />
          <TextField
            select
            label="Payloads that do not fit their type’s schema"
            value={schemaCheck}
            onChange={({ target }) => setSchemaCheck(target.value)}
          >
            {Object.entries(CHECKS).map(([value, label]) => (
              <MenuItem key={value} value={value}>
                {label}
              </MenuItem>
            ))}
          </TextField>
          <Problem error={save.error} />
          <Button type="submit" variant="contained" loading={save.isPending} sx={{ alignSelf: 'flex-start' }}>
            Save
          </Button>
        </Stack>
      </Section>
      <Section title="Agreed with the operator">
        <Facts
          of={[
            ['Id', <ShortId key="id" id={tenant.id} />],
            [
              'Log is kept for',
              tenant.logRetentionHours ? `${tenant.logRetentionHours} h` : 'as long as the environment says',
            ],
            ['Endpoints', `up to ${countText(limits.targets)}`],
            ['Filters', `up to ${countText(limits.filters)}`],
            ['Subscriptions', `up to ${countText(limits.subscriptions)}`],
            ['Event types', `up to ${countText(limits.eventTypes)}`],
            ['Keys', `up to ${countText(limits.keys)}`],
            ['Portal links', `up to ${countText(limits.portalTokens)}`],
            ['Payloads', `up to ${sizeText(limits.payloadBytes)}`],
          ]}
        />
      </Section>
    </>
  );
}
