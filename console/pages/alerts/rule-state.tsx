import { Status } from '../../parts/status.tsx';
import type { Rule } from './kinds.ts';
import { dayOrClock, STATE_LABELS, type RuleState as State, stateOf } from './words.ts';

/** The states of other things that each looks like. */
const LOOKS = {
  ringing: { kind: 'endpoint', of: 'failing' },
  ok: { kind: 'endpoint', of: 'healthy' },
  unknown: { kind: 'endpoint', of: 'idle' },
  new: { kind: 'endpoint', of: 'idle' },
  off: { kind: 'job', of: 'cancelled' },
} as const satisfies Record<State, object>;

/** What a rule says. One that rings says since when. */
export function RuleState({ of }: { readonly of: Rule }) {
  const state = stateOf(of);
  const since = state === 'ringing' && of.since !== undefined ? ` since ${dayOrClock(of.since)}` : '';
  return <Status {...LOOKS[state]} label={STATE_LABELS[state] + since} />;
}

/** How many rules ring. */
export const RingingCount = ({ count }: { readonly count: number }) => (
  <Status {...LOOKS.ringing} label={`${count} ringing`} />
);
