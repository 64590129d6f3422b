/** A call of a session to a service of a consumer's account, and what it may be about. */
import type { ServiceCall } from '../services/call.ts';

/** What gets events. */
export interface Resource {
  readonly kind: string;
  readonly arn: string;
}

export interface Asked {
  readonly call: ServiceCall;
  /** That of the session's role. */
  readonly accountId: string;
  resourceOf(arn: string): Resource | undefined;
  /** @throws Refusal unless the role and the session's policy allow it */
  authorize(action: string, resource: string): void;
}

export const ofKind = <R extends Resource>(found: Resource | undefined, kind: R['kind']): R | undefined =>
  found?.kind === kind ? (found as R) : undefined;
