/** What a response headers policy makes of an answer's headers. Pure. */

export interface HeadersPolicy {
  readonly set: readonly { readonly name: string; readonly value: string; readonly override: boolean }[];
  /** Names in lower case. */
  readonly remove: readonly string[];
}

export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

/** @param headers by names in lower case */
export function withPolicy(headers: AnswerHeaders, policy: HeadersPolicy | undefined): AnswerHeaders {
  if (!policy) return headers;
  const kept = Object.entries(headers).filter(([name]) => !policy.remove.includes(name));
  const result: Record<string, string | readonly string[]> = Object.fromEntries(kept);
  for (const { name, value, override } of policy.set) {
    if (override || !(name in result)) result[name] = value;
  }
  return result;
}
