import { type Read, wrong } from '../../publishing/event-checks.ts';
import { isObject, type JsonObject } from '../../values/json.ts';
import { namedTenant } from '../named-tenant.ts';
import type { TenantRule } from './logs-source.ts';

/** The tenant of a line. @param json undefined of one that is no JSON object */
export function tenantOf(rule: TenantRule, logGroup: string, json: JsonObject | undefined): Read<string> {
  if (typeof rule === 'string') return { ok: true, value: rule };
  if ('byLogGroup' in rule) {
    const tenant = Object.hasOwn(rule.byLogGroup, logGroup) ? rule.byLogGroup[logGroup] : undefined;
    return tenant === undefined
      ? wrong(`expected a tenant for log group ${logGroup}`)
      : { ok: true, value: tenant };
  }
  const { path, of, otherwise } = rule;
  const named = memberAt(json, path);
  if (named === undefined && otherwise !== undefined) return { ok: true, value: otherwise };
  return namedTenant(named, of, path);
}

/** A member with dots in its name is found as such first, as in `{"context.tenant": …}`. */
function memberAt(json: JsonObject | undefined, path: string): unknown {
  if (json && Object.hasOwn(json, path)) return json[path] ?? undefined;
  let value: unknown = json;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value ?? undefined;
}
