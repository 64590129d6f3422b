import { createRoleSessions } from '../../lambdas/destinations/aws/role-sessions.ts';
import type { AwsDeps } from '../../lambdas/destinations/aws/session.ts';
import type { AssumeRole } from '../../lambdas/platform/aws/sts.ts';

/** Credentials of a session that has just begun. */
export const CREDENTIALS = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

/** Sessions of roles, of which STS gives any. */
export const awsOf = (
  assumeRole: AssumeRole = async () => ({ credentials: CREDENTIALS, endsAt: Date.now() + 3_600_000 }),
): AwsDeps => ({ environment: 'test', sessions: createRoleSessions(assumeRole, Date.now) });
