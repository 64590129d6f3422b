import { type Read, wrong } from '../publishing/event-checks.ts';
import { missing } from '../values/problem-words.ts';

/** The tenants that a record may name: these, or any that there is. */
export type Allowed = readonly string[] | 'any';

/** Whose events a source's records are: one tenant's, or that of the tenant that stands somewhere in the record. */
export type TenantSetting<Where extends object> = string | (Where & { readonly of: Allowed });

/**
 * Whose event a record is.
 * @param find what stands in the record where the setting says, and what to call that place
 */
export function tenantBy<Where extends object>(
  setting: TenantSetting<Where>,
  find: (where: Where) => { readonly found: unknown; readonly field: string },
): Read<string> {
  if (typeof setting === 'string') return { ok: true, value: setting };
  const { found, field } = find(setting);
  return namedTenant(found, setting.of, field);
}

/** The tenant that a record names. The problem quotes nothing: the text is the producer's. */
export function namedTenant(found: unknown, of: Allowed, field: string): Read<string> {
  if (found === undefined) return wrong(missing(), field);
  if (typeof found !== 'string') return wrong('expected the id of a tenant', field);
  if (of !== 'any' && !of.includes(found)) return wrong('expected a tenant that the source allows', field);
  return { ok: true, value: found };
}
