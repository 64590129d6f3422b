import type { ApiKey } from '../../access/api-key-entity.ts';
import type { PortalGrant } from '../../access/portal-grant.ts';
import type { Session } from '../../access/session.ts';
import type { SignInLink } from '../../access/sign-in-link.ts';
import type { AlertRule } from '../../alerting/alert-rule.ts';
import type { Fields } from '../../audit/field-changes.ts';
import type { EventType, Filter, Subscription } from '../../config/entities.ts';
import { kindNameOf } from '../../destinations/kinds.ts';
import type { EndpointHealth } from '../../endpoint-health/health.ts';
import type { ReplayJob } from '../../replay/replay-job.ts';
import type { Target } from '../../targets/target.ts';
import type { Branding } from '../../tenants/branding.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import { limitsOf } from '../../tenants/tenant-defaults.ts';
import { HIDDEN, withoutQuery } from '../hide-secrets.ts';
import { alertRuleSettingsOf } from '../operations/alert-rules.ts';
import { settingsOf as eventTypeSettingsOf } from '../operations/event-types.ts';
import { filterSettingsOf } from '../operations/filters.ts';
import { settingsOf as targetSettingsOf } from '../operations/target-settings.ts';
import { selectionView } from '../replay-view.ts';
import { disabledIn, publicKeyIn } from '../views.ts';

/**
 * What the audit trail knows of entities: the fields of their views. A secret is noticed by its value when it changes, and
 * never shown: not to callers that may read it elsewhere either, since a trail is kept long and read by many.
 */

const shown = (values: object): Fields => each(values, (value) => ({ value, shown: value }));
const hidden = (values: object): Fields => each(values, (value) => ({ value, shown: HIDDEN }));
/** A query may hold a key. */
const urls = (texts: Readonly<Record<string, string>>): Fields =>
  each(texts, (value) => ({ value, shown: withoutQuery(value as string) }));

const each = (values: object, field: (value: unknown) => Fields[string]): Fields =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, field(value)]),
  );

/** Each member as a field of its own: `headers.Authorization`. */
const below = (name: string, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([member, field]) => [`${name}.${member}`, field]));

export function targetFields(target: Target): Fields {
  const { url, regions: _, headers: __, ...settings } = targetSettingsOf(target);
  return {
    ...urls({ url: target.url }),
    ...below('regions', urls(target.regions ?? {})),
    ...below('headers', hidden(target.headers ?? {})),
    ...shown({ ...settings, ...publicKeyIn(target) }),
    ...kindFields(target),
    ...hidden({ secret: target.secrets[0]?.value, challenge: target.challenge?.token }),
  };
}

/** Settings of its kind: credentials among them are noticed by their values, and shown as they are anywhere. */
function kindFields(target: Target): Fields {
  const kind = kindNameOf(target);
  const settings: Readonly<Record<string, unknown>> = targetSettingsOf(target);
  return target.settings ? { [kind]: { value: target.settings, shown: settings[kind] } } : {};
}

export const filterFields = (filter: Filter): Fields => shown(filterSettingsOf(filter));

export const subscriptionFields = (subscription: Subscription): Fields => {
  const { name, description, metadata, active, targetId, filterId, deletedAt } = subscription;
  return shown({ name, description, metadata, active, targetId, filterId, deletedAt });
};

export const eventTypeFields = (type: EventType): Fields => shown(eventTypeSettingsOf(type));

export const alertRuleFields = (rule: AlertRule): Fields => {
  const { when, notify, ...settings } = alertRuleSettingsOf(rule);
  return { ...shown(settings), ...below('when', shown(when)), ...below('notify', shown(notify)) };
};

export const keyFields = ({ name, scopes, expiresAt, secrets }: ApiKey): Fields => ({
  ...shown({ name, scopes, expiresAt }),
  ...hidden({ key: secrets[0]?.hash }),
});

export const portalTokenFields = ({ name, scopes, targets, madeBy, expiresAt }: PortalGrant): Fields =>
  shown({ name, scopes, targetIds: targets, madeBy, expiresAt });

export const sessionFields = ({ credential, name, scopes, home, expiresAt }: Session): Fields =>
  shown({ credential, name, scopes, ownTenantId: home, expiresAt });

export const signInLinkFields = ({ credential, name, expiresAt }: SignInLink): Fields =>
  shown({ credential, name, expiresAt });

/** A picture is more than a trail keeps, and its text tells a reader nothing. */
export const brandingFields = ({ name, logo, accent, cornerRadius }: Branding): Fields => ({
  ...shown({ name, accent, cornerRadius }),
  ...each({ logo }, (value) => ({ value, shown: `${(value as string).split(';')[0]}…` })),
});

export function tenantFields(tenant: Tenant): Fields {
  const { name, contact, schemaCheck, metadata, logRetentionHours, deletedAt } = tenant;
  return {
    ...shown({ name, contact, schemaCheck, metadata, logRetentionHours, deletedAt }),
    ...below('limits', shown(limitsOf(tenant))),
  };
}

export const replayFields = ({ action, state, selection }: ReplayJob): Fields =>
  shown({ action, state, ...selectionView(selection) });

/** What Posthorn decided about a target, which its owner can end. */
export const disabledFields = (health: EndpointHealth | undefined): Fields => shown(disabledIn(health));
