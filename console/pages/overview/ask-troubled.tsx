import { api } from '../../api/client.ts';
import { refresh } from '../../api/queries.ts';
import type { Row } from '../../api/types.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { endpointName } from '../../parts/endpoint-name.tsx';
import { Foreign } from '../../parts/layout.tsx';
import { countOf } from '../../parts/numbers.ts';
import { useToast } from '../../parts/toasts.tsx';

interface AskTroubledProps {
  readonly target: Row<'/v1/targets'>;
  readonly about: 'retry' | 'disable';
  onClose(): void;
}

/** Asks before something is done with an endpoint in trouble. */
export default function AskTroubled({ target, about, onClose }: AskTroubledProps) {
  const toast = useToast();
  const path = { params: { path: { id: target.id } } };
  const name = <Foreign text={endpointName(target)} />;
  const waiting = target.health?.waiting ?? 0;

  async function retry(): Promise<void> {
    await api.POST('/v1/targets/{id}/retry', path);
    await refresh('/v1/replays', '/v1/targets');
    toast({ severity: 'success', text: 'Retrying. Replays shows how far it is.' });
  }
  async function disable(): Promise<void> {
    await api.POST('/v1/targets/{id}/disable', path);
    await refresh('/v1/targets', '/v1/deliveries');
    toast({ severity: 'success', text: 'Disabled. Its deliveries are dead letters until it is enabled.' });
  }

  if (about === 'retry') {
    return (
      <Confirm title="Retry what waits?" action="Retry all" onConfirm={retry} onClose={onClose}>
        {countOf(waiting, 'delivery', 'deliveries')} to {name} {waiting === 1 ? 'is' : 'are'} tried now
        instead of later.
      </Confirm>
    );
  }
  return (
    <Confirm
      title="Disable this endpoint?"
      action="Disable"
      isDangerous
      onConfirm={disable}
      onClose={onClose}
    >
      Nothing more is sent to {name}. What waits for it, and what comes, becomes a dead letter. You can enable
      it again, and send the dead letters then.
    </Confirm>
  );
}
