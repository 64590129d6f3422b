import { isDeepStrictEqual } from 'node:util';
import type { AlertRule } from '../../alerting/alert-rule.ts';
import type { Judged } from '../../alerting/rule-state.ts';
import { type AlertRuleSettings, type AlertRuleView, newAlertRule } from '../../api/alert-rules.ts';
import type { ROUTES } from '../../api/routes.ts';
import { frameOf, type Maker } from '../../config/maker.ts';
import { type Caller, isWithin } from '../../http/caller.ts';
import { ApiError, invalid } from '../../http/errors.ts';
import { anyRevision } from '../../http/precondition.ts';
import { skip } from '../../platform/items.ts';
import { isObject, type JsonObject } from '../../values/json.ts';
import { mergePatch } from '../../values/merge-patch.ts';
import { rfc3339 } from '../../values/rfc3339.ts';
import { bindAlerts, refuseUnbindable, unbindAlerts } from '../alert-subscription.ts';
import type { ManageDeps } from '../deps.ts';
import { cursorOf, idOfCursor, type Page, pageAnswer, pageOf } from '../lists/page.ts';
import type { Call, Operation } from '../operation.ts';
import { busy, changedMeanwhile, TRIES } from '../optimistic-update.ts';
import { checked } from '../request.ts';

type Routes = typeof ROUTES;

/** A rule by its settings. @param previous what it was before; undefined for a new one */
function ruleFrom(settings: AlertRuleSettings, make: Maker, previous?: AlertRule): AlertRule {
  const { name, description, metadata, active, targetId, when, notify } = settings;
  const isJudgedAlike =
    previous?.active === active &&
    previous.targetId === targetId &&
    isDeepStrictEqual(plain(previous.when), plain(when));
  return {
    id: previous?.id ?? make.id('alr'),
    name,
    description,
    metadata,
    active,
    targetId,
    when,
    notify,
    startedAt: isJudgedAlike ? previous.startedAt : make.at,
    ...frameOf(make, previous),
  };
}

/** Without members that are undefined, which a table does not keep. */
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));

/** A rule's settings, as they are read and can be written back. */
export const alertRuleSettingsOf = (rule: AlertRule) => {
  const { name, description, metadata, active, targetId, when, notify } = rule;
  return {
    name,
    ...(description !== undefined && { description }),
    ...(metadata && { metadata }),
    active,
    ...(targetId !== undefined && { targetId }),
    when: plain(when) as AlertRule['when'],
    notify: { mail: notify.mail, ...(notify.targetId !== undefined && { targetId: notify.targetId }) },
  };
};

function viewOf(rule: AlertRule, judged: Judged | undefined, caller: Caller): AlertRuleView {
  const { notify, ...settings } = alertRuleSettingsOf(rule);
  return {
    id: rule.id,
    ...settings,
    notify: isWithin(caller, notify.targetId) ? notify : { mail: notify.mail },
    ...stateOf(rule, judged),
    createdAt: rule.createdAt,
    updatedAt: rule.updatedAt,
  };
}

/** A rule that is switched off, or was changed since it was judged, says nothing. */
function stateOf(rule: AlertRule, judged: Judged | undefined): Pick<AlertRuleView, 'state'> {
  if (!rule.active || judged?.startedAt !== rule.startedAt) return { state: 'unknown' };
  const { state, since, value, checkedAt } = judged;
  return { state, ...{ since: rfc3339(since), value, checkedAt: rfc3339(checkedAt) } };
}

async function shown(deps: ManageDeps, tenant: string, rule: AlertRule, caller: Caller) {
  const judged = await deps.ruleStates.readJudged(tenant, [rule.id]);
  return { status: 200, body: viewOf(rule, judged.get(rule.id), caller), revision: rule.revision } as const;
}

/** @throws ApiError that names what can't be had */
async function refuseUnusable(
  deps: ManageDeps,
  tenant: string,
  { targetId, notify }: AlertRuleSettings,
): Promise<void> {
  await Promise.all([
    refuseUnknownTarget(deps, tenant, targetId, 'targetId'),
    refuseUnknownTarget(deps, tenant, notify.targetId, 'notify.targetId'),
    notify.mail && refuseUnmailable(deps, tenant),
  ]);
}

async function refuseUnknownTarget(
  { targets }: ManageDeps,
  tenant: string,
  id: string | undefined,
  field: string,
): Promise<void> {
  if (id !== undefined && !(await targets.findLasting(tenant, id))) throw invalid('no such target', field);
}

async function refuseUnmailable({ environment, tenants }: ManageDeps, tenant: string): Promise<void> {
  if (!environment.canMail) {
    const message = 'expected false: this environment has no sender for mail (its setting tenantMail)';
    throw invalid(message, 'notify.mail');
  }
  if ((await tenants.readTenant(tenant))?.contact === undefined) {
    throw invalid('expected a tenant with a contact, to which mail goes', 'notify.mail');
  }
}

export const createAlertRule: Operation<Routes['createAlertRule']> = async (
  deps,
  { tenant, caller, body, make },
) => {
  const wanted = ruleFrom(body, make);
  await refuseUnusable(deps, tenant, body);
  await Promise.all([
    deps.alertRules.refuseBeyondLimit(tenant, wanted.id),
    refuseUnbindable(deps, tenant, wanted),
  ]);
  // Known to be watched before it is there, and complete when it can be seen.
  await watched(deps, tenant, wanted, make);
  if (wanted.notify.targetId !== undefined) await bindAlerts(deps, tenant, wanted, make);
  const made = await deps.alertRules.add(tenant, wanted);
  // A request that is repeated finds its rule, which may have been changed since.
  if (made.revision !== wanted.revision) await bound(deps, tenant, made, make);
  await refuseUnwatched(deps, tenant, made, make);
  return { ...(await shown(deps, tenant, made, caller)), status: 201 };
};

async function watched(
  { ruleStates }: ManageDeps,
  tenant: string,
  { id, active }: AlertRule,
  make: Maker,
): Promise<void> {
  if (active) await ruleStates.watchRule({ tenant, rule: id }, make.now);
}

/** @throws ApiError when the target of a new rule was removed meanwhile; the rule is taken back */
async function refuseUnwatched(
  deps: ManageDeps,
  tenant: string,
  { id, targetId }: AlertRule,
  make: Maker,
): Promise<void> {
  if (targetId === undefined || (await deps.targets.find(tenant, targetId))) return;
  await remove(deps, tenant, id, make);
  throw new ApiError(409, 'conflict', `${targetId} has just been deleted`);
}

export const getAlertRule: Operation<Routes['getAlertRule']> = async (deps, { tenant, caller, id }) =>
  shown(deps, tenant, await deps.alertRules.existing(tenant, id), caller);

export const listAlertRules: Operation<Routes['listAlertRules']> = async (
  deps,
  { tenant, caller, query },
) => {
  const page = pageOf(query);
  const found = await pageWithin(deps, tenant, page, ({ targetId }) => {
    const isAsked = query.targetId === undefined || query.targetId === targetId;
    return isAsked && isWithin(caller, targetId);
  });
  const judged = await deps.ruleStates.readJudged(
    tenant,
    found.map(({ id }) => id),
  );
  return pageAnswer(
    found.map((rule) => ({
      view: viewOf(rule, judged.get(rule.id), caller),
      cursor: cursorOf('alr', rule.id),
    })),
    page,
  );
};

/** A tenant has so few rules that all of them are looked through. */
async function pageWithin(
  { alertRules }: ManageDeps,
  tenant: string,
  { limit, cursor, newestFirst }: Page,
  isWanted: (rule: AlertRule) => boolean,
): Promise<AlertRule[]> {
  const found: AlertRule[] = [];
  const after = idOfCursor('alr', cursor);
  for await (const rule of alertRules.all(tenant, { after, newestFirst, onUnreadable: skip })) {
    if (isWanted(rule)) found.push(rule);
    if (found.length === limit) break;
  }
  return found;
}

export const patchAlertRule: Operation<Routes['patchAlertRule']> = async (deps, call) =>
  changed(deps, call, (current) =>
    checked(newAlertRule, mergePatch(patchedBase(alertRuleSettingsOf(current), call.body), call.body)),
  );

/** What a patch is merged into. A condition on another metric has nothing in common with the one before. */
function patchedBase(settings: ReturnType<typeof alertRuleSettingsOf>, { when }: JsonObject): object {
  const { when: before, ...others } = settings;
  const isOther = isObject(when) && when.metric !== undefined && when.metric !== before.metric;
  return isOther ? others : settings;
}

export const putAlertRule: Operation<Routes['putAlertRule']> = async (deps, call) =>
  changed(deps, call, () => call.body);

async function changed(
  deps: ManageDeps,
  { tenant, caller, id, ifMatch, make }: Omit<Call, 'body' | 'query'>,
  settingsFor: (current: AlertRule) => AlertRuleSettings,
) {
  let before: AlertRule | undefined;
  const next = await deps.alertRules.change(tenant, id, ifMatch, make.at, async (current) => {
    before = current;
    const settings = settingsFor(current);
    await refuseUnusable(deps, tenant, settings);
    const edited = ruleFrom(settings, make, current);
    await refuseUnbindable(deps, tenant, edited);
    await watched(deps, tenant, edited, make);
    return edited;
  });
  if (before?.notify.targetId !== undefined || next.notify.targetId !== undefined) {
    await bound(deps, tenant, next, make);
  }
  return shown(deps, tenant, next, caller);
}

/**
 * Binds the rule's events as it says. Another request may have changed or deleted the rule since, and bound before this one:
 * who binds last looks again, so that what is bound is what the rule says.
 */
async function bound(deps: ManageDeps, tenant: string, rule: AlertRule, make: Maker): Promise<void> {
  let next = rule;
  for (let tries = 0; tries < TRIES; tries++) {
    await bindAlerts(deps, tenant, next, make);
    const now = await deps.alertRules.find(tenant, rule.id);
    if (!now) return unbindAlerts(deps, tenant, rule.id, make);
    if (now.revision === next.revision) return;
    next = now;
  }
  throw busy();
}

export const deleteAlertRule: Operation<Routes['deleteAlertRule']> = async (
  deps,
  { tenant, id, ifMatch, make },
) => {
  await remove(deps, tenant, id, make, (current) => {
    if (!ifMatch(current.revision)) throw changedMeanwhile();
  });
  return { status: 204 };
};

/** Takes the rule out of use first, as with subscriptions. */
async function remove(
  deps: ManageDeps,
  tenant: string,
  id: string,
  make: Maker,
  admit: (current: AlertRule) => void = () => {},
): Promise<void> {
  await deps.alertRules.retire(tenant, id, make.at, admit);
  await unbindAlerts(deps, tenant, id, make);
  await deps.alertRules.remove(tenant, id, anyRevision);
  await deps.ruleStates.forgetRule({ tenant, rule: id });
}
