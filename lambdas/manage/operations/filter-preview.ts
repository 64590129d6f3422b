import type { FilterPreview } from '../../api/filter-preview.ts';
import type { ROUTES } from '../../api/routes.ts';
import type { LoggedEvent } from '../../events/event-items.ts';
import { invalid } from '../../http/errors.ts';
import { whereOf } from '../../matching/filters/short-form.ts';
import { wholeFilter } from '../../matching/filters/whole-filter.ts';
import { ENGINES } from '../../matching/index/all-engines.ts';
import type { FilterParts } from '../../matching/language/filter.ts';
import { timeOfUlid } from '../../values/ids.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import type { LogDeps, ManageDeps } from '../deps.ts';
import { askedSpan, type OpenSpan, pastSpan } from '../lists/span.ts';
import type { Operation } from '../operation.ts';
import { TRIAL_BOUNDS, type Trial, tryOnEvents } from '../try-on-events.ts';
import { namedFilter } from './filters.ts';

/** Matching events that an answer names. */
const MAX_EXAMPLES = 10;

/** Tries a filter on the tenant's last events, with fanout's own code. */
export const previewFilter: Operation<(typeof ROUTES)['previewFilter']> = async (
  deps,
  { tenant, body, make, caller },
) => {
  const span = askedSpan(body);
  const { to } = pastSpan(span, make.now);
  const filter =
    'id' in body.filter
      ? await namedFilter(deps, tenant, body.filter.id)
      : { ...body.filter, where: whereOf(body.filter) };
  const other = body.compareWith === undefined ? undefined : await otherOf(deps, tenant, body.compareWith);
  const filters = [filter, ...(other ? [other.filter] : [])].map((one) => wholeFilter(one, ENGINES));
  const events = newestEvents(deps.eventLog, tenant, span, make.now);
  const { getPayload } = deps.payloads;
  const bounds = { ...TRIAL_BOUNDS, events: body.limit ?? TRIAL_BOUNDS.events };
  const trial = await tryOnEvents({ nextEvents: events, getPayload }, filters, bounds);
  const { keepSeconds = deps.environment.logRetentionSeconds } = caller;
  const from = Math.min(span.from ?? make.now - keepSeconds * 1000, to);
  const covered = { from, to };
  const comparedWith = other && { comparedWith: { ...other.names, ...comparisonOf(trial) } };
  return { status: 200, body: { ...viewOf(trial, covered), ...comparedWith } };
};

/** The filter that is compared with, and what it was named by. @throws ApiError when there is none */
async function otherOf(
  deps: Pick<ManageDeps, 'filters' | 'subscriptions'>,
  tenant: string,
  id: string,
): Promise<{ filter: FilterParts; names: { filterId: string; subscriptionId?: string } }> {
  const isSubscription = id.startsWith('sub_');
  const subscription = isSubscription ? await deps.subscriptions.find(tenant, id) : undefined;
  const filterId = isSubscription ? subscription?.filterId : id;
  const filter = filterId === undefined ? undefined : await deps.filters.find(tenant, filterId);
  if (!filter) throw invalid('no such filter or subscription', 'compareWith');
  return { filter, names: { filterId: filter.id, ...(subscription && { subscriptionId: id }) } };
}

/** Events at a time. A shard is read as far, so a page costs four times as much. */
const PAGE = 250;

/** The events of a span, newest first, page by page; undefined at the end. */
function newestEvents(
  eventLog: LogDeps['eventLog'],
  tenant: string,
  span: OpenSpan,
  now: number,
): () => Promise<readonly LoggedEvent[] | undefined> {
  let next: string | undefined;
  let isOver = false;
  return async () => {
    if (isOver) return undefined;
    const wanted = { ...span, limit: PAGE, newestFirst: true, after: next };
    const page = await eventLog.listEvents(tenant, wanted, now);
    next = page.next;
    isOver = next === undefined;
    return page.events;
  };
}

function viewOf({ tried, reads, cutBy }: Trial, covered: { from: number; to: number }): FilterPreview {
  const matching = tried.filter(({ verdicts }) => verdicts[0]);
  const undecided = tried.filter(({ verdicts }) => verdicts[0] === undefined).length;
  const decided = tried.length - undecided;
  const oldest = tried.at(-1)?.event.ulid;
  const from = cutBy && oldest ? timeOfUlid(oldest) : covered.from;
  return {
    scanned: tried.length,
    matched: matching.length,
    share: decided === 0 ? null : matching.length / decided,
    undecided,
    from: rfc3339(from),
    to: rfc3339(covered.to),
    isCut: cutBy !== undefined,
    ...(cutBy && { cutBy }),
    payloadsRead: reads,
    examples: matching.slice(0, MAX_EXAMPLES).map(({ event: { id, type, ulid } }) => ({
      id,
      type,
      acceptedAt: rfc3339(timeOfUlid(ulid)),
    })),
  };
}

/** What the two filters say of events that both can be asked of. */
function comparisonOf({ tried }: Trial) {
  const both = tried.flatMap(({ verdicts: [mine, its] }) =>
    mine === undefined || its === undefined ? [] : [{ mine, its }],
  );
  return {
    matched: both.filter(({ its }) => its).length,
    added: both.filter(({ mine, its }) => mine && !its).length,
    dropped: both.filter(({ mine, its }) => !mine && its).length,
  };
}
