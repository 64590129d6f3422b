import type { ROUTES } from '../../api/routes.ts';
import type { StateFilter } from '../../api/target-schemas.ts';
import { KINDS_OF_STATE, TROUBLE_STATES, type TroubleState } from '../../endpoint-health/target-state.ts';
import { skip } from '../../platform/items.ts';
import type { TroubleKind } from '../../targets/troubled-index.ts';
import { isUlid, ulidOf } from '../../values/ids.ts';
import { refName, type TargetRef } from '../../values/target-ref.ts';
import type { ManageDeps } from '../deps.ts';
import { withoutQuery } from '../hide-secrets.ts';
import { answerWithNext, type Page, pageOf } from '../lists/page.ts';
import type { Operation } from '../operation.ts';
import { disabledIn } from '../views.ts';
import { rowHealthOf } from './target-rows.ts';
import { type KnowingDeps, type KnownTarget, knownOf, troubleIn } from './target-views.ts';

/** Looks at the index for one page: most of what it has is in trouble still. */
const MAX_LOOKS = 4;

type FindingDeps = KnowingDeps & Pick<ManageDeps, 'troubled' | 'targetsOfAll'>;

interface Wanted {
  readonly state: StateFilter;
  /** Only this tenant's. */
  readonly tenant?: string | undefined;
  readonly after: TargetRef | undefined;
  readonly isWanted?: (known: KnownTarget) => boolean;
}

/**
 * A page of targets in trouble. The index says where to look, what is known of each target says whether it is so.
 * @returns `next` is where the list goes on, undefined at its end. A page may be short, and have a next one
 */
export async function findTroubled(
  deps: FindingDeps,
  { state, tenant, after, isWanted = () => true }: Wanted,
  { limit, newestFirst }: Pick<Page, 'limit' | 'newestFirst'>,
  now: number,
): Promise<{ found: KnownTarget[]; next: TargetRef | undefined }> {
  const found: KnownTarget[] = [];
  let next = after;
  for (let looks = 0; looks < MAX_LOOKS && found.length < limit; looks++) {
    const scan = { kinds: kindsOf(state), tenant, after: next, newestFirst, limit: limit - found.length };
    const { refs, next: rest } = await deps.troubled.scanTroubled(scan);
    const known = await knownAt(deps, refs);
    found.push(...known.filter((one) => isInState(one, state, now) && isWanted(one)));
    next = rest;
    if (!next) break;
  }
  return { found, next };
}

/** What owners have switched off is in no trouble, and listed when it is asked for. */
const kindsOf = (state: StateFilter): TroubleKind[] =>
  state === 'troubled'
    ? [...new Set(TROUBLE_STATES.flatMap((one) => KINDS_OF_STATE[one]))].filter((kind) => kind !== 'off')
    : [...KINDS_OF_STATE[state]];

/** Whether a target is what a list by state asks for. */
export function isInState(known: KnownTarget, state: StateFilter, now: number): boolean {
  const trouble: TroubleState | undefined = troubleIn(known, now);
  if (state !== 'troubled') return trouble === state;
  return trouble !== undefined && (trouble !== 'disabled' || known.health?.disabled !== undefined);
}

/** What is known of targets in the order given. Those that are gone, or can't be read, are left out. */
async function knownAt(deps: FindingDeps, refs: readonly TargetRef[]): Promise<KnownTarget[]> {
  const targets = await deps.targetsOfAll.loadTargets(refs, (_, error) => skip(error));
  const there = refs.flatMap((ref) => {
    const target = targets.get(refName(ref));
    return target ? [{ tenant: ref.tenant, target }] : [];
  });
  return knownOf(deps, there, skip);
}

/** A cursor of all tenants' targets: both ULIDs. */
const cursorAt = ({ tenant, target }: TargetRef): string =>
  `${ulidOf('ten', tenant)}.${ulidOf('tgt', target)}`;

function refAt(cursor: string | undefined): TargetRef | undefined {
  const [tenant, target] = (cursor ?? '').split('.');
  return cursor === undefined ? undefined : { tenant: `ten_${tenant}`, target: `tgt_${target}` };
}

const isCursor = (text: string): boolean =>
  text.split('.').length === 2 && text.split('.').every((part) => isUlid(part));

/** For the operator: targets in trouble of all tenants. */
export const listTroubledTargets: Operation<(typeof ROUTES)['listTroubledTargets']> = async (
  deps,
  { query, make },
) => {
  const { state = 'troubled', tenantId } = query;
  const page = pageOf(query, isCursor);
  const wanted = { state, tenant: tenantId, after: refAt(page.cursor) };
  const { found, next } = await findTroubled(deps, wanted, page, make.now);
  const [healths, tenants] = await Promise.all([
    rowHealthOf(deps, found, make.now),
    deps.tenants.readTenants([...new Set(found.map(({ tenant }) => tenant))]),
  ]);
  return answerWithNext(
    found.map(({ tenant, target, health }, i) => ({
      view: {
        tenant: { id: tenant, ...nameIn(tenants.get(tenant)) },
        target: { id: target.id, ...nameIn(target), url: withoutQuery(target.url) },
        ...disabledIn(health),
        health: healths[i]!,
      },
      cursor: cursorAt({ tenant, target: target.id }),
    })),
    next && cursorAt(next),
  );
};

const nameIn = (named: { readonly name?: string | undefined } | undefined): { name?: string } =>
  named?.name === undefined ? {} : { name: named.name };
