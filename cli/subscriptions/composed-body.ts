/** How options of a subscription become its body. Pure. */

type Body = Readonly<Record<string, unknown>>;

const OF_FILTER = ['events', 'where', 'jsonpath', 'during', 'filters'];
const OF_TARGET = [
  ...['url', 'regions', 'headers', 'signature', 'retry', 'retryClientErrors', 'timeoutSeconds'],
  ...['rateLimit', 'batching', 'challengeRequired', 'clientCertificate', 'secret'],
];

/**
 * The API takes a subscription all in one, or composed: with a target or a filter that is there already, the other one has a
 * member of its own. `--target-id tgt_… --events order.paid` means the latter.
 */
export function composedBody(body: Body): Body {
  if (body.targetId !== undefined && body.filterId === undefined) return gathered(body, 'filter', OF_FILTER);
  if (body.filterId !== undefined && body.targetId === undefined) return gathered(body, 'target', OF_TARGET);
  return body;
}

/** With some fields in one member, beside what is in it already. */
function gathered(body: Body, member: string, fields: readonly string[]): Body {
  const inside = Object.entries(body).filter(([name]) => fields.includes(name));
  if (inside.length === 0) return body;
  const outside = Object.entries(body).filter(([name]) => !fields.includes(name) && name !== member);
  return {
    ...Object.fromEntries(outside),
    [member]: { ...(body[member] as Body | undefined), ...Object.fromEntries(inside) },
  };
}
