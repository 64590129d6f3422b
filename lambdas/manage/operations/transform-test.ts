import type { ROUTES } from '../../api/routes.ts';
import { MAX_SHOWN, type TransformOutcome } from '../../api/transform-test.ts';
import { type Making, RequestProblem } from '../../destinations/kind.ts';
import { kindOf } from '../../destinations/kinds.ts';
import { applied } from '../../destinations/transformed.ts';
import type { Event } from '../../events/event.ts';
import { eventIdOf } from '../../events/event-id.ts';
import { inlinePayload, payloadBytes } from '../../events/payload.ts';
import { ApiError, invalid, notFound } from '../../http/errors.ts';
import { describeEvent, headersOf, urlFor } from '../../targets/request-headers.ts';
import { schemeNamed } from '../../targets/signature.ts';
import type { Target } from '../../targets/target.ts';
import type { TransformProblem } from '../../transform/transformer.ts';
import type { ManageDeps } from '../deps.ts';
import { HIDDEN, mapped } from '../hide-secrets.ts';
import type { Call, Operation } from '../operation.ts';
import { sampleOf } from './event-types.ts';
import { shownEvent } from './events.ts';
import { TEST_PAYLOAD, TEST_TYPE } from './test-event.ts';

type Route = (typeof ROUTES)['testTransform'];

/** @throws ApiError that names the field, and where in the expression it is wrong */
export async function refuseBadTransform(
  { transformer }: Pick<ManageDeps, 'transformer'>,
  tenant: string,
  transform: unknown,
  field = 'transform',
): Promise<void> {
  // What is no text at all is for its schema.
  if (typeof transform !== 'string') return;
  const problem = await transformer.check(tenant, transform);
  if (problem) throw invalid(problem.message, field);
}

/** What a transformation would send. Nothing is sent. */
export const testTransform: Operation<Route> = async (deps, call) => {
  const { tenant, id, body = {} } = call;
  const target = await deps.targets.existing(tenant, id);
  const expression = body.transform ?? target.transform;
  if (expression === undefined)
    throw invalid('expected an expression: the target has no transformation', 'transform');
  if (!kindOf(target).takes.has('transform'))
    throw invalid('expected a target of a kind that can have a transformation');
  const { event, payload } = await eventOf(deps, call);
  const made = await deps.transformer.shape({ tenant, expression, event, target, payload });
  if ('problem' in made) return failed(made.problem);
  const described = describeEvent(event, 1);
  const making = { tenant, target, event, described, url: urlFor(target, event), body: payload };
  try {
    return { status: 200, body: { ok: true, request: requestOf(applied(making, made.shaped), target) } };
  } catch (error) {
    if (error instanceof RequestProblem) return failed({ message: error.message });
    throw error;
  }
};

const failed = ({ message, shown = message, position }: TransformProblem) =>
  ({
    status: 200,
    body: { ok: false, problem: { message: shown, ...(position !== undefined && { position }) } },
  }) as const;

/** The event to try it on. */
async function eventOf(deps: ManageDeps, call: Call<Route>): Promise<{ event: Event; payload: Uint8Array }> {
  const { tenant, make, caller, body = {} } = call;
  const { event: id, type = TEST_TYPE } = body;
  if (id !== undefined) {
    if (body.type !== undefined || Object.hasOwn(body, 'data'))
      throw invalid('expected either an event, or a type and data', 'event');
    const event = await shownEvent(deps, { ...call, id });
    const payload = await payloadBytes(event.payload, deps.payloads.getPayload);
    if (!payload) throw notFound('payload');
    return { event, payload };
  }
  const data = Object.hasOwn(body, 'data')
    ? body.data
    : ((await sampleOf(deps, tenant, type)) ?? TEST_PAYLOAD);
  const payload = Buffer.from(JSON.stringify(data));
  if (payload.length > caller.maxPayloadBytes)
    throw new ApiError(413, 'payload_too_large', `expected at most ${caller.maxPayloadBytes} bytes`, 'data');
  const ulid = make.ulid();
  const contentType = 'application/json';
  const event = {
    id: eventIdOf(ulid, undefined),
    ulid,
    type,
    contentType,
    payload: inlinePayload(payload),
    test: true,
  };
  return { event, payload };
}

type Shaping = Omit<Making, 'deps' | 'settings' | 'at' | 'timeoutMs'>;

/** What is shown of it. Kinds without a URL of the target's own make their request of the body. */
function requestOf(
  { target, url, described, body, shaped }: Shaping,
  { headers: own = {} }: Target,
): TransformOutcome['request'] {
  const contentType = described.headers['content-type']!;
  const text = textOf(body);
  const shown = { contentType, bytes: body.length, ...(text !== undefined && { body: text }) };
  const { takes } = kindOf(target);
  if (!takes.has('url')) return shown;
  const { method = 'POST' } = (target.settings ?? {}) as { method?: 'POST' | 'PUT' | 'PATCH' };
  const scheme = target.signature;
  const names = mapped(own, () => HIDDEN);
  const all = headersOf(
    { ...lowerCased(names), ...shaped?.headers },
    described,
    { scheme, signatures: [HIDDEN] },
    0,
  );
  const signatures = schemeNamed(scheme).headers([HIDDEN, HIDDEN]);
  const headers = mapped(all, (value, name) =>
    Object.hasOwn(signatures, name) || name === 'webhook-timestamp' ? HIDDEN : value,
  );
  return { method, url, headers, ...shown };
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body).slice(0, MAX_SHOWN);
  } catch {
    return undefined;
  }
}
