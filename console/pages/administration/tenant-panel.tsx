import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type FormEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { $api, api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { useSession, useSessionControl } from '../../app/session.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { ShortId } from '../../parts/copy.tsx';
import { Foreign } from '../../parts/layout.tsx';
import { fieldHelp, Problem } from '../../parts/problem.tsx';
import { Time } from '../../parts/time.tsx';
import { useToast } from '../../parts/toasts.tsx';
import { formOf, LIMITS, patchOf, type TenantForm } from './tenant-form.ts';

/** A tenant: its limits and retention, looking at it from inside, and erasing it. */
export function TenantPanel({ id }: { readonly id: string }) {
  const {
    data: tenant,
    error,
    refetch,
  } = $api.useQuery('get', '/v1/tenants/{id}', { params: { path: { id } } });
  const [form, setForm] = useState<TenantForm>();
  const [isErasing, setErasing] = useState(false);
  const save = $api.useMutation('patch', '/v1/tenants/{id}');
  const { tenantId } = useSession();
  const { reload } = useSessionControl();
  const navigate = useNavigate();
  const toast = useToast();
  useEffect(() => {
    if (tenant) setForm(formOf(tenant));
  }, [tenant]);
  if (!tenant || !form) return <Problem error={error} onRetry={() => void refetch()} />;

  const patch = patchOf(formOf(tenant), form);
  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate(
      { params: { path: { id } }, body: patch },
      {
        onSuccess: () => {
          void refresh('/v1/tenants');
          toast({ severity: 'success', text: 'Saved. It holds within a minute.' });
        },
      },
    );
  }
  async function actFor(): Promise<void> {
    await api.POST('/v1/session', { body: { tenantId: id } });
    // Away first: who acts for a tenant may not read the tenants.
    await navigate('/');
    await reload();
  }
  const field = (name: string) => ({
    ...fieldHelp(save.error, name),
  });

  return (
    <>
      <Typography variant="h1" sx={{ pr: 10 }}>
        <Foreign text={tenant.name} />
      </Typography>
      <Typography variant="body2" color="textSecondary" component="div" sx={{ mb: 2 }}>
        <ShortId id={id} /> created <Time at={tenant.createdAt} />
      </Typography>
      {tenant.deletedAt && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          Its deletion began <Time at={tenant.deletedAt} />. Nothing of it can be used any more.
        </Alert>
      )}
      {tenantId !== id && !tenant.deletedAt && (
        <Button variant="outlined" onClick={() => void actFor()} sx={{ mb: 2 }}>
          Open as this tenant
        </Button>
      )}
      <Stack component="form" onSubmit={submit} spacing={2}>
        <TextField
          label="Name"
          required
          value={form.name}
          onChange={({ target }) => setForm({ ...form, name: target.value })}
          {...field('name')}
        />
        <TextField
          label="Contact"
          value={form.contact}
          onChange={({ target }) => setForm({ ...form, contact: target.value })}
          {...field('contact')}
        />
        <TextField
          label="Hours that the log is kept"
          inputMode="numeric"
          value={form.logRetentionHours}
          onChange={({ target }) => setForm({ ...form, logRetentionHours: target.value })}
          {...fieldHelp(save.error, 'logRetentionHours', 'As the environment says when left out.')}
        />
        <Typography variant="h2">Limits</Typography>
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { sm: '1fr 1fr' } }}>
          {Object.entries(LIMITS).map(([name, label]) => (
            <TextField
              key={name}
              label={label}
              inputMode="numeric"
              value={form.limits[name as keyof typeof LIMITS]}
              onChange={({ target }) =>
                setForm({ ...form, limits: { ...form.limits, [name]: target.value } })
              }
              {...field(`limits.${name}`)}
            />
          ))}
        </Box>
        <Problem error={save.error} />
        <Box sx={{ display: 'flex', gap: 1 }}>
          <Button
            type="submit"
            variant="contained"
            loading={save.isPending}
            disabled={Object.keys(patch).length === 0}
          >
            Save
          </Button>
          <Box sx={{ flex: 1 }} />
          {!tenant.deletedAt && (
            <Button color="error" onClick={() => setErasing(true)}>
              Erase the tenant
            </Button>
          )}
        </Box>
      </Stack>
      {isErasing && (
        <Confirm
          title="Erase this tenant?"
          action="Erase"
          isDangerous
          typed={tenant.name}
          onClose={() => setErasing(false)}
          onConfirm={async () => {
            await api.DELETE('/v1/tenants/{id}', { params: { path: { id } } });
            await refresh('/v1/tenants');
          }}
        >
          Its keys stop working within a minute and nothing more is sent. Its endpoints, subscriptions,
          events, deliveries and trail are erased. This can’t be undone.
        </Confirm>
      )}
    </>
  );
}
