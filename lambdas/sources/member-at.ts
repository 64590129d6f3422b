import { isObject } from '../values/json.ts';

/** What stands in a parsed value where a path of names leads, as `detail.customer.tenant`; undefined for nothing. */
export const memberAt = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, name) => (isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
      value,
    ) ?? undefined;
