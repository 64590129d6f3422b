import type { ROUTES } from '../../api/routes.ts';
import type { StateFilter } from '../../api/target-schemas.ts';
import { skip } from '../../platform/items.ts';
import type { Target } from '../../targets/target.ts';
import { isEphemeral } from '../../values/ids.ts';
import type { ManageDeps } from '../deps.ts';
import { shownTo } from '../hide-secrets.ts';
import { cursorOf, idOfCursor, type Page, pageAnswer, pageOf } from '../lists/page.ts';
import type { Call, Operation } from '../operation.ts';
import { mendIndex, rowHealthOf } from './target-rows.ts';
import { type KnownTarget, knownOf, viewFrom } from './target-views.ts';
import { findTroubled, isInState } from './troubled-targets.ts';

type Routes = typeof ROUTES;

export const listTargets: Operation<Routes['listTargets']> = async (deps, call) => {
  const { caller, query, make } = call;
  const page = pageOf(query);
  const { known, next } = await pageWithin(deps, call, page);
  const withHealth = query.state !== undefined || query.include === 'health';
  if (withHealth) await mendIndex(deps, known);
  const healths = withHealth ? await rowHealthOf(deps, known, make.now) : [];
  return pageAnswer(
    known.map((one, i) => ({
      view: {
        ...shownTo(caller, viewFrom(one, deps.environment)),
        ...(withHealth && { health: healths[i]! }),
      },
      cursor: cursorOf('tgt', one.target.id),
    })),
    page,
    next,
  );
};

type ListCall = Call<Routes['listTargets']>;

interface Found {
  readonly known: readonly KnownTarget[];
  /** Where a list goes on of which not all was looked at. */
  readonly next?: string | undefined;
}

/** A page of those that the caller may see. */
function pageWithin(deps: ManageDeps, call: ListCall, page: Page): Promise<Found> {
  const { state } = call.query;
  if (call.caller.targets) return amongOwn(deps, call, page, call.caller.targets);
  return state ? inState(deps, call, page, state) : all(deps, call, page);
}

/** What listeners have is in no list. */
const isWanted = ({ query }: ListCall, { id, active }: Target): boolean =>
  !isEphemeral(id) && (query.active === undefined || String(active) === query.active);

/** Those that a portal token is limited to are few, so all of them are read. */
async function amongOwn(
  deps: ManageDeps,
  call: ListCall,
  page: Page,
  own: readonly string[],
): Promise<Found> {
  const { tenant, query, make } = call;
  const { cursor, newestFirst, limit } = page;
  const after = idOfCursor('tgt', cursor);
  const found = (await deps.targets.findMany(tenant, own, skip))
    .filter(({ id }) => !after || (newestFirst ? id < after : id > after))
    .filter((target) => isWanted(call, target))
    .sort((a, b) => (a.id > b.id === newestFirst ? -1 : 1));
  const known = await knownOf(deps, ofTenant(tenant, found), skip);
  const { state } = query;
  return { known: known.filter((one) => !state || isInState(one, state, make.now)).slice(0, limit) };
}

const ofTenant = (tenant: string, targets: readonly Target[]) =>
  targets.map((target) => ({ tenant, target }));

/** Targets that are looked at for a page of those that are switched on, or off. */
const MAX_LOOKED_AT = 1000;

async function all(deps: ManageDeps, call: ListCall, page: Page): Promise<Found> {
  const { tenant } = call;
  const found: Target[] = [];
  let lookedAt = 0;
  let next: string | undefined;
  const options = {
    newestFirst: page.newestFirst,
    after: idOfCursor('tgt', page.cursor),
    pageSize: page.limit,
    onUnreadable: skip,
  };
  for await (const target of deps.targets.all(tenant, options)) {
    lookedAt++;
    if (isWanted(call, target)) found.push(target);
    if (found.length === page.limit) break;
    if (lookedAt === MAX_LOOKED_AT) {
      next = cursorOf('tgt', target.id);
      break;
    }
  }
  return { known: await knownOf(deps, ofTenant(tenant, found), skip), next };
}

async function inState(deps: ManageDeps, call: ListCall, page: Page, state: StateFilter): Promise<Found> {
  const { tenant, make } = call;
  const target = idOfCursor('tgt', page.cursor);
  const after = target === undefined ? undefined : { tenant, target };
  const wanted = { state, tenant, after, isWanted: ({ target }: KnownTarget) => isWanted(call, target) };
  const { found, next } = await findTroubled(deps, wanted, page, make.now);
  return { known: found, next: next && cursorOf('tgt', next.target) };
}
