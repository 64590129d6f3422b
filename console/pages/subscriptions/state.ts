import type { Subscription } from './use-entity.ts';

type Stateful = Pick<Subscription, 'active' | 'disabled'>;

export const stateOf = ({ active, disabled }: Stateful): 'active' | 'paused' | 'disabled' =>
  disabled ? 'disabled' : active ? 'active' : 'paused';

export const STATE_LABELS = { active: 'Active', paused: 'Paused', disabled: 'Endpoint disabled' } as const;

/** What a subscription is called: its name, or the endpoint's URL without the scheme. */
export const subscriptionName = ({ name, url }: Pick<Subscription, 'name' | 'url'>): string =>
  name ?? url.replace(/^https?:\/\//, '');
