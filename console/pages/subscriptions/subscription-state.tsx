import { Status } from '../../parts/status.tsx';
import { STATE_LABELS, stateOf } from './state.ts';
import type { Subscription } from './use-entity.ts';

/** Whether it gets events. */
export function SubscriptionState({ of }: { readonly of: Pick<Subscription, 'active' | 'disabled'> }) {
  const state = stateOf(of);
  return <Status kind="use" of={state} label={STATE_LABELS[state]} />;
}
