import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { BulkActions } from '../../parts/delivery/bulk.tsx';
import type { DeliveryRow } from '../../parts/delivery/types.ts';
import { useLimitedTo } from '../../parts/limited.ts';
import { countOf, countText } from '../../parts/numbers.ts';
import { useToast } from '../../parts/toasts.tsx';
import { resultText } from './selection.ts';

type Action = 'redrive' | 'purge';

interface SelectedActionsProps {
  readonly selected: readonly DeliveryRow[];
  clear(): void;
}

/** The API's most at once. */
const MOST_IDS = 100;

/** Sends the selected dead letters again, or purges them. */
export function SelectedActions({ selected, clear }: SelectedActionsProps) {
  const [asked, setAsked] = useState<Action>();
  // A limited token may send again one by one, and purge nothing.
  const isLimited = useLimitedTo() !== undefined;
  if (isLimited) return <BulkActions selected={selected} clear={clear} />;
  const many = countOf(selected.length, 'dead letter');
  return (
    <>
      <Button variant="contained" onClick={() => setAsked('redrive')}>
        Send {countText(selected.length)} again
      </Button>
      <Button variant="outlined" color="error" onClick={() => setAsked('purge')}>
        Purge {countText(selected.length)}
      </Button>
      {asked && (
        <Sure
          action={asked}
          many={many}
          ids={selected.map(({ id }) => id)}
          onDone={clear}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

interface SureProps {
  readonly action: Action;
  readonly many: string;
  readonly ids: readonly string[];
  onDone(): void;
  onClose(): void;
}

function Sure({ action, many, ids, onDone, onClose }: SureProps) {
  const toast = useToast();
  async function run(): Promise<void> {
    const items: { done: boolean; reason?: string }[] = [];
    for (let i = 0; i < ids.length; i += MOST_IDS) {
      const { data } = await api.POST(`/v1/dead-letters/${action}`, {
        body: { ids: ids.slice(i, i + MOST_IDS) },
      });
      if (data && 'items' in data) items.push(...data.items);
    }
    await refresh('/v1/dead-letters', '/v1/deliveries');
    const isAll = items.every(({ done }) => done);
    toast({
      severity: isAll ? 'success' : 'info',
      text: resultText(items, action === 'redrive' ? 'sent again' : 'purged'),
    });
    onDone();
  }
  return (
    <Confirm
      title={action === 'redrive' ? `Send ${many} again?` : `Purge ${many}?`}
      action={action === 'redrive' ? `Send ${countText(ids.length)} again` : `Purge ${countText(ids.length)}`}
      isDangerous={action === 'purge'}
      onConfirm={run}
      onClose={onClose}
    >
      <Typography>{WHAT_HAPPENS[action]}</Typography>
    </Confirm>
  );
}

export const WHAT_HAPPENS: Readonly<Record<Action, string>> = {
  redrive: 'Each goes to its subscription’s present endpoint, with a retry schedule of its own.',
  purge:
    'They leave this list, and no job sends them again. Each can still be opened and sent by its id, as long as the log has it.',
};
