import type { DryRunOutcome } from '../../api/dry-run.ts';
import type { Content, Route } from '../../api/route.ts';
import { ROUTES } from '../../api/routes.ts';
import { ApiError } from '../../http/errors.ts';
import { anyRevision, etagOf } from '../../http/precondition.ts';
import { createRecorder } from '../audit/recorder.ts';
import { recordingDeps } from '../audit/recording-deps.ts';
import type { ManageDeps } from '../deps.ts';
import { dryDeps, listedOnce } from '../dry-deps.ts';
import type { Answer, Call, Operation } from '../operation.ts';
import { checked } from '../request.ts';
import { getEventType, putEventType } from './event-types.ts';
import { createFilter, getFilter, putFilter } from './filters.ts';
import { changeAt } from './schema-changes.ts';
import { putSubscription } from './subscription-changes.ts';
import { createSubscription, getSubscription } from './subscriptions.ts';
import { createTarget, getTarget, putTarget } from './targets.ts';

type Routes = typeof ROUTES;
type Judged = NonNullable<DryRunOutcome['schemaChange']>;
type Tried = Call<Routes['dryRun']>['body']['calls'][number];

/** What a call does, and what reads that which it replaces. */
const TRIED: Readonly<Record<Tried['operation'], readonly [run: unknown, read?: unknown]>> = {
  createTarget: [createTarget],
  createFilter: [createFilter],
  createSubscription: [createSubscription],
  putTarget: [putTarget, getTarget],
  putFilter: [putFilter, getFilter],
  putSubscription: [putSubscription, getSubscription],
  putEventType: [putEventType, getEventType],
};

/** The compiler has checked each operation against its own route. Here they are all alike. */
type AnyOperation = (deps: ManageDeps, call: Call) => Promise<Answer>;

/** Calls that are tried at the same time. */
const AT_ONCE = 8;

export const dryRun: Operation<Routes['dryRun']> = async (deps, call) => {
  const items: DryRunOutcome[] = [];
  const listed = listedOnce(deps);
  for (let i = 0; i < call.body.calls.length; i += AT_ONCE) {
    const some = call.body.calls.slice(i, i + AT_ONCE);
    items.push(...(await Promise.all(some.map((one) => outcomeOf(listed, call, one)))));
  }
  return { status: 200, body: { items } };
};

async function outcomeOf(
  deps: ManageDeps,
  call: Call<Routes['dryRun']>,
  tried: Tried,
): Promise<DryRunOutcome> {
  try {
    return await tryOne(deps, call, tried);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message, field, problems } = error;
    return {
      error: code,
      message,
      ...(field !== undefined && { field }),
      ...(problems && { problems: [...problems] }),
    };
  }
}

/** @throws ApiError as the call would */
async function tryOne(
  deps: ManageDeps,
  { caller, tenant, make, request }: Call<Routes['dryRun']>,
  { operation, id = '', body, allowBreaking }: Tried,
): Promise<DryRunOutcome> {
  const content = (ROUTES[operation] as Route).body as Content;
  const inner: Call = {
    caller,
    tenant,
    id,
    query: { allowBreaking: String(allowBreaking ?? false) },
    body: checked(content.choose?.(body) ?? content.schema, body) as Call['body'],
    ifMatch: anyRevision,
    make,
    request,
  };
  const [run, read] = TRIED[operation] as readonly [AnyOperation, AnyOperation?];
  const etag = read && (await etagNow(read, deps, inner));
  const recorder = createRecorder();
  const dry = dryDeps(deps);
  await run(recordingDeps(dry, recorder), inner);
  const schemaChange = operation === 'putEventType' && (await changeOf(dry, inner));
  const entities = recorder.entities().map(({ fields, ...one }) => ({
    ...one,
    ...(fields && { fields: [...fields] }),
  }));
  return { ...(etag !== undefined && { etag }), entities, ...(schemaChange && { schemaChange }) };
}

/** What a call that was tried has changed of an event type's schema. */
async function changeOf({ eventTypes }: ManageDeps, { tenant, id, make }: Call): Promise<Judged | undefined> {
  const entry = changeAt(await eventTypes.existing(tenant, id), make.at);
  if (!entry) return undefined;
  const { compatibility, changes, more } = entry;
  return { compatibility, changes: [...changes], ...(more !== undefined && { more }) };
}

/** Undefined where there is nothing to replace: the call itself creates it, or says so. */
async function etagNow(read: AnyOperation, deps: ManageDeps, call: Call): Promise<string | undefined> {
  try {
    const { revision } = await read(deps, call);
    return revision === undefined ? undefined : etagOf(revision);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
