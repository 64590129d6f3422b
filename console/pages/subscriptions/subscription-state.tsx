import { Status } from '../../parts/status.tsx';
import { STATE_LABELS, stateOf } from './state.ts';
import type { Subscription } from './use-entity.ts';

const LOOKS = { active: 'healthy', paused: 'paused', disabled: 'disabled' } as const;

/** Whether it gets events. */
export function SubscriptionState({ of }: { readonly of: Pick<Subscription, 'active' | 'disabled'> }) {
  const state = stateOf(of);
  return <Status kind="endpoint" of={LOOKS[state]} label={STATE_LABELS[state]} />;
}
