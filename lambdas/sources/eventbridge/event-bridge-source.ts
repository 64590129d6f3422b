import type { Priority } from '../../events/event-meta.ts';
import type { TenantSetting } from '../named-tenant.ts';

/** What the payload of an event is: what its producer put into `detail`, or all that EventBridge says of it. */
export const PAYLOADS = ['detail', 'envelope'] as const;

/** Events of a bus, as their function reads the settings from its variables. */
export interface EventBridgeSource {
  readonly name: string;
  readonly tenant: TenantSetting<{ readonly path: string }>;
  /** The same type for all. Left out, it comes of `detail-type`: see typeOf. */
  readonly type?: string | undefined;
  /** Before a type that comes of `detail-type`. */
  readonly typePrefix?: string | undefined;
  /** Left out, `detail`. */
  readonly payload?: (typeof PAYLOADS)[number] | undefined;
  readonly priority?: Priority | undefined;
  readonly region?: string | undefined;
}

/** What Posthorn sends to a bus has a source that begins so: an event of ours must not come in again. */
export const OWN_SOURCE = 'posthorn';
