/** What a call did to an entity. `sent` and `purged` are said of deliveries, `shown` of secrets. */
export const AUDIT_ACTIONS = ['created', 'changed', 'removed', 'sent', 'purged', 'shown'] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** A field as it was and as it is, both as they may be shown. */
export interface FieldChange {
  readonly field: string;
  /** Left out where the field was not there. */
  readonly before?: unknown;
  /** Left out where the field is not there any more. */
  readonly after?: unknown;
  /** Set where a value is too long to be kept: it is the beginning of its JSON text, or left out. */
  readonly cut?: true;
}

/** An entity that a call was about. */
export interface AuditedEntity {
  /** As paths of the API name it, in the singular: `target`, `event-type`. */
  readonly kind: string;
  readonly id: string;
  /** Left out where the call did nothing to the entity itself. */
  readonly action?: AuditAction;
  /** Left out where no field changed, and after its tenant was erased. */
  readonly fields?: readonly FieldChange[];
}

/** A call of the management API that changed something. It holds no secret. */
export interface AuditEntry {
  /** Says when, to the millisecond. */
  readonly ulid: string;
  /** Whose entities the call was about. */
  readonly tenant: string;
  /** A route's name, such as `patchTarget`. */
  readonly operation: string;
  /** As `Caller` has it. */
  readonly credential: string;
  /** What the key was called then. */
  readonly credentialName?: string | undefined;
  /** The session that stood for the credential, if one did. */
  readonly session?: string | undefined;
  /** Where the request came from. */
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
  /** API Gateway's, as its access log has it. */
  readonly requestId?: string | undefined;
  /** Set where the call failed after it had begun to change something. */
  readonly brokenOff?: boolean | undefined;
  readonly entities: readonly AuditedEntity[];
}
