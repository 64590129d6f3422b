import type { Allowed } from '../named-tenant.ts';

/** What settings say of a source of log lines, as its function reads it; shared with lib/. */
export interface LogsRules {
  readonly name: string;
  readonly tenant: TenantRule;
  /** The level of lines that name none. */
  readonly level: string;
  /** Whether Lambda's own lines about invocations are events too. Default: only reports of failed ones. */
  readonly platformLines?: boolean | undefined;
}

/** Whose event a line is. */
export type TenantRule =
  | string
  | { readonly byLogGroup: Readonly<Record<string, string>> }
  | {
      /** Members of the JSON record, with dots between. */
      readonly path: string;
      readonly of: Allowed;
      /** The tenant of lines that name none. */
      readonly otherwise?: string | undefined;
    };

/** The name of a source's subscription filters. CloudWatch Logs says it with the lines. */
export const filterNameOf = (environment: string, source: string): string =>
  `posthorn-${environment}-${source}`;

/**
 * Whether a log group is one of the environment's own: what its functions write, the API's access log, and what AWS names
 * after its stacks. Lines of such a group would become events, whose handling writes lines.
 */
export const isOwnLogGroup = (environment: string, logGroup: string): boolean =>
  logGroup
    .split('/')
    .some((part) => part === `posthorn-${environment}` || part.startsWith(`posthorn-${environment}-`));
