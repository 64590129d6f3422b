import type { Subscription, Target } from '../use-endpoint.ts';

export type SwitchName = 'pause' | 'resume' | 'disable' | 'enable';

/** The two switches of an endpoint: its subscriptions' and its own. */
export function switchesFor(
  { active, disabled }: Pick<Target, 'active' | 'disabled'>,
  subscriptions: readonly Pick<Subscription, 'active'>[],
): { readonly name: SwitchName; readonly label: string }[] {
  const isOff = !active || disabled !== undefined;
  return [
    ...(subscriptions.some((each) => each.active) ? [{ name: 'pause', label: 'Pause' } as const] : []),
    ...(subscriptions.some((each) => !each.active) ? [{ name: 'resume', label: 'Resume' } as const] : []),
    isOff ? { name: 'enable', label: 'Enable' } : { name: 'disable', label: 'Disable' },
  ];
}
