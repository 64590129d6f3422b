/**
 * Which route of a WebSocket API takes a message. Pure.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 */

/** Gives the value that an expression selects in a message; undefined: the message has none. */
export type Selection = (body: string) => string | undefined;

/**
 * Reads `$request.body.action` or `${request.body.action}`; a path may have several steps.
 * @throws for any other expression
 */
export function routeSelection(expression: string): Selection {
  const [, bare, braced] =
    /^(?:\$request\.body\.([\w-]+(?:\.[\w-]+)*)|\$\{request\.body\.([\w-]+(?:\.[\w-]+)*)\})$/.exec(
      expression,
    ) ?? [];
  const path = (bare ?? braced)?.split('.');
  if (!path) throw new Error(`RouteSelectionExpression: expected $request.body.<name>, got ${expression}`);
  return (body) => {
    const value = path.reduce<unknown>(member, parsed(body));
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
  };
}

/**
 * The route of a message: the one with the selected key, or else `$default`. $connect and $disconnect take no messages.
 */
export function messageRoute<T>(
  routes: ReadonlyMap<string, T>,
  select: Selection,
  body: string,
): T | undefined {
  const key = select(body);
  const custom = key === undefined || key.startsWith('$') ? undefined : routes.get(key);
  return custom ?? routes.get('$default');
}

/** Undefined for what is no JSON, which goes to `$default`. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
