import type { Priority } from '../../events/event-meta.ts';
import type { TenantSetting } from '../named-tenant.ts';

/** What a message can say of its event, beside the body, which is its payload. */
export const ATTRIBUTES = {
  type: 'posthorn-event-type',
  id: 'posthorn-event-id',
  contentType: 'posthorn-content-type',
  source: 'posthorn-source',
  priority: 'posthorn-priority',
  region: 'posthorn-region',
} as const;

export type Described = keyof typeof ATTRIBUTES;

/** A queue that other systems send to, as its function reads it from its variables. */
export interface SqsSource {
  readonly name: string;
  readonly tenant: TenantSetting<{ readonly attribute: string }>;
  /** Message attributes that have other names than in `ATTRIBUTES`. */
  readonly attributes?: Partial<Readonly<Record<Described, string | undefined>>> | undefined;
  /** Of messages that do not say it themselves. */
  readonly defaults?:
    | {
        readonly type?: string | undefined;
        readonly contentType?: string | undefined;
        readonly source?: string | undefined;
        readonly priority?: Priority | undefined;
        readonly region?: string | undefined;
      }
    | undefined;
}
