/** Roles of a consumer's account, and what a session of one may do. */
import { compileIdentityPolicy, isAllowed, type Statement } from '../core/iam.ts';
import { type Assuming, compileTrust } from './trust-policy.ts';

export interface RoleDocuments {
  /** The trust policy. */
  readonly trust: object;
  /** What the role may do. */
  readonly policy: object;
}

export interface ConsumerRole {
  readonly arn: string;
  /** How often it was assumed. */
  readonly assumed: number;
  /** Replaces one of its policies, or both. Sessions that were begun go on, with the new policy. */
  change(documents: Partial<RoleDocuments>): void;
  /** Lets all sessions that it has end, as when their time is over. */
  endSessions(): void;
}

/** As the account itself knows it. */
export interface KnownRole extends ConsumerRole {
  /** Counts it, if it is trusted. */
  assume(assuming: Assuming): boolean;
  allows(action: string, resource: string): boolean;
  /** How often its sessions were ended. */
  readonly ended: number;
}

export function createRole(arn: string, documents: RoleDocuments): KnownRole {
  let trusts = compileTrust(documents.trust);
  let statements = compilePolicy(documents.policy, arn);
  let assumed = 0;
  let ended = 0;
  return {
    arn,
    get assumed() {
      return assumed;
    },
    get ended() {
      return ended;
    },
    endSessions() {
      ended++;
    },
    change({ trust, policy }) {
      if (trust) trusts = compileTrust(trust);
      if (policy) statements = compilePolicy(policy, arn);
    },
    assume(assuming) {
      if (!trusts(assuming)) return false;
      assumed++;
      return true;
    },
    allows: (action, resource) => isAllowed(statements, action, resource),
  };
}

/** Statements on keys are left out: nothing here is encrypted. */
export function compilePolicy(document: unknown, where: string): Statement[] {
  const { Statement = [], ...rest } = document as { Statement?: object | object[] };
  const others = [Statement].flat().filter((one) => !JSON.stringify(one).includes('"kms:ViaService"'));
  return compileIdentityPolicy({ ...rest, Statement: others }, where);
}
