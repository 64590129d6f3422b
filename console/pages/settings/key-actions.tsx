import Button from '@mui/material/Button';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import type { Row } from '../../api/types.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Foreign } from '../../parts/layout.tsx';
import type { Shown } from './show-once.tsx';

interface KeyActionsProps {
  readonly of: Row<'/v1/keys'>;
  onShown(shown: Shown): void;
}

/** How long the key before goes on working: time to put the new one in place. */
const OVERLAP_HOURS = 24;

/** Rotates or revokes a key, after saying what that does. */
export function KeyActions({ of: { id, name }, onShown }: KeyActionsProps) {
  const [isAsking, setAsking] = useState<'rotate' | 'revoke'>();
  const params = { path: { id } };
  return (
    <>
      <Button aria-label={`Rotate ${name}`} onClick={() => setAsking('rotate')}>
        Rotate
      </Button>
      <Button color="error" aria-label={`Revoke ${name}`} onClick={() => setAsking('revoke')}>
        Revoke
      </Button>
      {isAsking === 'rotate' && (
        <Confirm
          title="Rotate this key?"
          action="Rotate"
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            const body = { overlapHours: OVERLAP_HOURS };
            const { data } = await api.POST('/v1/keys/{id}/rotate', { params, body });
            onShown({ what: 'key', name, text: data?.key });
            await refresh('/v1/keys');
          }}
        >
          <Foreign text={name} /> gets a new text. The present one works for {OVERLAP_HOURS} hours more.
        </Confirm>
      )}
      {isAsking === 'revoke' && (
        <Confirm
          title="Revoke this key?"
          action="Revoke"
          isDangerous
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await api.DELETE('/v1/keys/{id}', { params });
            await refresh('/v1/keys', '/v1/portal-tokens');
          }}
        >
          Programs that use <Foreign text={name} /> are refused within a minute. Portal links that were made
          with it end as well.
        </Confirm>
      )}
    </>
  );
}
