import type { Credentials } from '../../platform/aws/signature.ts';

/** A session of a consumer's role, for what one target may do. */
export interface WantedSession {
  readonly environment: string;
  readonly tenant: string;
  readonly roleArn: string;
  /** All that the session may do, whatever else its role may. */
  readonly policy: string;
}

/** What sends to AWS besides the poster. */
export interface AwsDeps {
  /** The environment's name. */
  readonly environment: string;
  readonly sessions: RoleSessions;
}

/** Sessions by who wants them. */
export interface RoleSessions {
  /** @throws RequestProblem when the role is not to be had now; the signal's reason */
  of(wanted: WantedSession, timeoutMs: number): Promise<Credentials>;
  /** AWS no longer takes these. Another session that was begun meanwhile stays. */
  forget(wanted: WantedSession, credentials: Credentials): void;
}
