import { addressOf } from '../../parts/address.ts';
import type { Subscription } from './use-entity.ts';

type Stateful = Pick<Subscription, 'active' | 'disabled'>;

export const stateOf = ({ active, disabled }: Stateful): 'active' | 'paused' | 'disabled' =>
  disabled ? 'disabled' : active ? 'active' : 'paused';

export const STATE_LABELS = { active: 'Active', paused: 'Paused', disabled: 'Endpoint disabled' } as const;

/** What a subscription is called: its name, or the endpoint's URL without the scheme. */
export const subscriptionName = ({ name, ...to }: Pick<Subscription, 'name' | 'url' | 'address'>): string =>
  name ?? addressOf(to).replace(/^https?:\/\//, '');
