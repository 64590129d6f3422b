import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { api } from '../../../api/client.ts';
import { refresh } from '../../../api/queries.ts';
import { Confirm } from '../../../parts/confirm.tsx';
import { countOf } from '../../../parts/numbers.ts';
import { useToast } from '../../../parts/toasts.tsx';
import type { SubscriptionsOf, Target } from '../use-endpoint.ts';
import { SubscriptionNames } from './subscription-names.tsx';
import type { SwitchName } from './switches.ts';

export { type SwitchName, switchesFor } from './switches.ts';

interface SwitchDialogProps {
  readonly name: SwitchName;
  readonly target: Target;
  readonly subscriptions: SubscriptionsOf;
  onClose(): void;
}

/** Says what a switch does, and to what, before it is thrown. */
export function SwitchDialog({ name, target, subscriptions, onClose }: SwitchDialogProps) {
  const toast = useToast();
  const affected = subscriptions.items.filter(({ active }) => active === (name === 'pause'));
  const words = WORDS[name](countOf(affected.length, 'subscription'));
  async function confirm(): Promise<void> {
    if (name === 'enable') {
      await api.POST('/v1/targets/{id}/enable', { params: { path: { id: target.id } } });
    } else if (name === 'disable') {
      await api.POST('/v1/targets/{id}/disable', { params: { path: { id: target.id } } });
    } else {
      for (const { id } of affected) {
        await api.POST(`/v1/subscriptions/{id}/${name}`, { params: { path: { id } } });
      }
    }
    toast({ text: words.done, severity: 'success' });
    void refresh('/v1/targets', '/v1/subscriptions');
  }
  return (
    <Confirm
      title={words.title}
      action={words.action}
      isDangerous={name === 'disable'}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Typography sx={{ mb: 1 }}>{words.what}</Typography>
      {(name === 'pause' || name === 'resume') && (
        <SubscriptionNames of={{ ...subscriptions, items: affected }} />
      )}
    </Confirm>
  );
}

interface Words {
  readonly title: string;
  readonly what: ReactNode;
  readonly action: string;
  readonly done: string;
}

const WORDS: Readonly<Record<SwitchName, (count: string) => Words>> = {
  pause: (count) => ({
    title: 'Pause this endpoint?',
    what: `This pauses ${count}. Events published meanwhile are not sent, and nothing waits for the end of the pause: Recover can send them afterwards. Deliveries under way continue.`,
    action: 'Pause',
    done: `Paused ${count}.`,
  }),
  resume: (count) => ({
    title: 'Resume this endpoint?',
    what: `This resumes ${count}. Events published from now on are sent again; for those published meanwhile, see Recover.`,
    action: 'Resume',
    done: `Resumed ${count}.`,
  }),
  disable: () => ({
    title: 'Disable this endpoint?',
    what: 'This switches the endpoint itself off, for all its subscriptions. Each delivery to it, also one that waits, becomes a dead letter, which can be sent again once the endpoint is enabled.',
    action: 'Disable',
    done: 'The endpoint is disabled.',
  }),
  enable: () => ({
    title: 'Enable this endpoint?',
    what: 'It starts afresh: what waits for it goes at once. Dead letters stay dead until they are sent again; see Recover.',
    action: 'Enable',
    done: 'The endpoint is enabled.',
  }),
};
