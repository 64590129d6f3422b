import { numberAsWritten } from '../../api/as-written.ts';
import type { Schemas } from '../../api/types.ts';

/** The form of a tenant: everything as it is typed. Pure. */

export const LIMITS = {
  targets: 'Endpoints',
  filters: 'Filters',
  subscriptions: 'Subscriptions',
  eventTypes: 'Event types',
  keys: 'Keys',
  portalTokens: 'Portal links',
  alertRules: 'Alert rules',
  payloadBytes: 'Bytes of a payload',
} as const;
type Limit = keyof typeof LIMITS;

export interface TenantForm {
  readonly name: string;
  readonly contact: string;
  readonly logRetentionHours: string;
  readonly limits: Readonly<Record<Limit, string>>;
}

export const formOf = ({ name, contact, logRetentionHours, limits }: Schemas['Tenant']): TenantForm => ({
  name,
  contact: contact ?? '',
  logRetentionHours: logRetentionHours === undefined ? '' : String(logRetentionHours),
  limits: Object.fromEntries(
    Object.keys(LIMITS).map((each) => [each, String(limits[each as Limit])]),
  ) as TenantForm['limits'],
});

/** What has changed, as a merge patch; a field that was emptied is null, which restores the default. */
export function patchOf(before: TenantForm, after: TenantForm): Record<string, unknown> {
  const limits = Object.fromEntries(
    (Object.keys(LIMITS) as Limit[])
      .filter((each) => before.limits[each] !== after.limits[each])
      .map((each) => [each, after.limits[each] === '' ? null : numberAsWritten(after.limits[each])]),
  );
  return {
    ...(before.name !== after.name && { name: after.name }),
    ...(before.contact !== after.contact && { contact: after.contact === '' ? null : after.contact }),
    ...(before.logRetentionHours !== after.logRetentionHours && {
      logRetentionHours: after.logRetentionHours === '' ? null : numberAsWritten(after.logRetentionHours),
    }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}
