import { EndpointName } from '../../parts/endpoint-name.tsx';
import type { Rule } from './kinds.ts';

interface NotifiedProps {
  readonly of: Rule;
  /** In words, where there is room for them. */
  readonly mail?: string;
  readonly none?: string;
}

/** Who is notified, beside those who subscribe. */
export function Notified({ of: { notify }, mail = 'Mail', none = 'Subscribers' }: NotifiedProps) {
  const { mail: isMailed, targetId } = notify;
  if (!isMailed && targetId === undefined) return <>{none}</>;
  return (
    <>
      {isMailed && mail}
      {isMailed && targetId !== undefined && ', '}
      {targetId !== undefined && <EndpointName id={targetId} />}
    </>
  );
}

/** What a rule is about. */
export function About({ of: { targetId } }: { readonly of: Pick<Rule, 'targetId'> }) {
  return targetId === undefined ? <>All endpoints</> : <EndpointName id={targetId} />;
}
