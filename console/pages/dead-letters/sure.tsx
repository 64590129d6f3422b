import Typography from '@mui/material/Typography';
import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { countText } from '../../parts/numbers.ts';
import { useToast } from '../../parts/toasts.tsx';
import { type Action, resultText, WHAT_HAPPENS } from './selection.ts';

/** The API's most at once. */
const MOST_IDS = 100;

interface SureProps {
  readonly action: Action;
  readonly many: string;
  readonly ids: readonly string[];
  onDone(): void;
  onClose(): void;
}

/** Says what happens to the selected dead letters, and does it. */
export default function Sure({ action, many, ids, onDone, onClose }: SureProps) {
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
