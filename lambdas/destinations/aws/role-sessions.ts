import { LRUCache } from 'lru-cache';
import { AwsError } from '../../platform/aws/aws-error.ts';
import type { AssumeRole, RoleSession } from '../../platform/aws/sts.ts';
import { RequestProblem } from '../kind.ts';
import { externalIdOf } from './external-id.ts';
import type { RoleSessions, WantedSession } from './session.ts';

/** Requests that are under way end before the session does, and clocks differ by minutes at most. */
const RENEW_BEFORE_MS = 5 * 60_000;

/**
 * A refusal is not asked for again so soon: STS takes 600 requests a second for a whole account, and a flood to one tenant's
 * broken role must leave them to the others.
 */
const REFUSED_FOR_MS = 5000;

/** Some 3 KB each. */
const MAX_SESSIONS = 500;

/** The longest that a request for a session may take, so that it is not given up for the sake of the first that waits. */
const ASSUME_WITHIN_MS = 10_000;

interface Known {
  readonly session: Promise<RoleSession>;
  /** Once it is there. */
  got?: RoleSession;
  /** Once it was refused. Milliseconds since the epoch. */
  refusedAt?: number;
}

/** Sessions are kept in memory alone, each for its tenant, role and policy. */
export function createRoleSessions(assumeRole: AssumeRole, now: () => number): RoleSessions {
  const known = new LRUCache<string, Known>({ max: MAX_SESSIONS });

  function begin(wanted: WantedSession, key: string): Promise<RoleSession> {
    const session = assumeRole(requestFor(wanted), AbortSignal.timeout(ASSUME_WITHIN_MS));
    const begun: Known = { session };
    session.then(
      (got) => {
        begun.got = got;
      },
      () => {
        begun.refusedAt = now();
      },
    );
    known.set(key, begun);
    return session;
  }

  /** All who wait share one request. */
  function sessionFor(wanted: WantedSession, key: string): Promise<RoleSession> {
    const found = known.get(key);
    return found && !isSpent(found, now()) ? found.session : begin(wanted, key);
  }

  return {
    async of(wanted, timeoutMs) {
      const key = keyOf(wanted);
      try {
        return (await within(timeoutMs, sessionFor(wanted, key))).credentials;
      } catch (error) {
        throw problemOf(error);
      }
    },
    forget(wanted, credentials) {
      const key = keyOf(wanted);
      if (known.get(key)?.got?.credentials === credentials) known.delete(key);
    },
  };
}

const isSpent = ({ got, refusedAt }: Known, now: number): boolean =>
  (got !== undefined && got.endsAt - RENEW_BEFORE_MS <= now) ||
  (refusedAt !== undefined && now - refusedAt >= REFUSED_FOR_MS);

const keyOf = ({ tenant, roleArn, policy }: WantedSession): string => [tenant, roleArn, policy].join('\n');

const requestFor = ({ environment, tenant, roleArn, policy }: WantedSession) => ({
  roleArn,
  policy,
  externalId: externalIdOf(environment, tenant),
  // In the consumer's CloudTrail: who it was.
  sessionName: `posthorn-${environment}-${tenant}`.slice(0, 64),
});

const LATE = Symbol('late');

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<typeof LATE>();
  const timer = setTimeout(late.resolve, ms, LATE);
  try {
    const first = await Promise.race([promise, late.promise]);
    if (first === LATE) throw new RequestProblem('credentials', 'AWS STS gave no answer in time');
    return first;
  } finally {
    clearTimeout(timer);
  }
}

/** AWS's own words name roles of ours, so they are left out. */
function problemOf(error: unknown): unknown {
  if (error instanceof RequestProblem) return error;
  if (!(error instanceof AwsError)) return new RequestProblem('credentials', 'AWS STS could not be reached');
  const what =
    error.name === 'AccessDenied'
      ? 'AWS refused the role (AccessDenied): expected one that exists, and whose trust policy has the account and the external id of the target’s `trust`'
      : `AWS gave no session of the role (${error.name})`;
  return new RequestProblem('credentials', what);
}
