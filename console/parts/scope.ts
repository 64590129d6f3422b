/** The endpoint that lists and figures are of. Nothing for a session that sees all endpoints at once. */
export type Scope = Readonly<Record<string, never>> | { readonly targetId: string };

/**
 * @param limitedTo the endpoints of a limited token
 * @param wishes endpoints to look at, the most wanted first. Those of others are passed over
 */
export function scopeOf(
  limitedTo: readonly string[] | undefined,
  wishes: readonly (string | null | undefined)[],
): Scope {
  if (limitedTo === undefined) return {};
  const targetId = wishes.find((each) => each != null && limitedTo.includes(each)) ?? limitedTo[0];
  return targetId == null ? {} : { targetId };
}
