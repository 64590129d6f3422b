import type { Route } from '../../lambdas/api/route.ts';

/** A body that a route accepts: the example of its documentation. A patch changes nothing. */
export function bodyFor({ method, body }: Route): object | undefined {
  if (method === 'PATCH') return {};
  const content = Array.isArray(body) ? body[0] : body;
  return content && (content.example ?? firstOf(content.examples));
}

const firstOf = (examples: Readonly<Record<string, unknown>> | undefined) =>
  Object.values(examples ?? {})[0] as object;
