import type { Notifier } from '../notifications/notify.ts';
import { type AlertNews, alertRaised, alertResolved } from '../notifications/operational-events.ts';
import { errorFields, warn } from '../platform/log.ts';
import { about } from '../platform/log-fields.ts';
import { isRefusedForNow, type Mail } from '../platform/mail.ts';
import { keepSecondsOf, type TenantInUse } from '../tenants/tenant-defaults.ts';
import { alertMail } from './alert-mail.ts';
import { type AlertRule, thresholdOf } from './alert-rule.ts';
import type { MailTaken } from './mail-allowance-store.ts';
import type { Judged, Untold } from './rule-state.ts';

export interface TellDeps {
  readonly notifier: Pick<Notifier, 'notifyTenant'>;
  tenantInUse(tenant: string): Promise<TenantInUse | undefined>;
  /** Takes one of a tenant's mails of a day. */
  takeMail(tenant: string, now: number): Promise<MailTaken>;
  /** Undefined in an environment without a sender. @throws what SES answers */
  readonly sendMail: ((mail: Mail) => Promise<void>) | undefined;
  now(): number;
}

/** How often a mail is tried, once in each run: an hour. */
const MAIL_TRIES = 12;

/**
 * Tells what a rule says, in two steps: the event, then the mail. What is left is kept before each, so that a run that ends in
 * between is made up for. An event that is sent twice has one id, and arrives once. A mail that is sent twice is there twice:
 * its mark is removed first.
 * @param keep stores what is left; false when another run has been at it
 * @returns the state after it, undefined when another run has been at it. It may still have a mail to send, which the next run does
 * @throws SendError when the event was not sent
 */
export async function tell(
  deps: TellDeps,
  tenant: string,
  rule: AlertRule,
  known: Judged,
  keep: (before: Judged, next: Judged) => Promise<boolean>,
): Promise<Judged | undefined> {
  const { untold } = known;
  if (!untold) return known;
  const inUse = await deps.tenantInUse(tenant);
  if (untold.event && inUse) await deps.notifier.notifyTenant([eventOf(tenant, rule, untold, inUse)]);
  const told: Judged = { ...known, untold: undefined, revision: known.revision + 1 };
  if (!(await keep(known, told))) return undefined;
  if (!rule.notify.mail || !inUse) return told;
  if (await mailed(deps, tenant, rule, untold, inUse)) return told;
  const tries = (untold.mailTries ?? 0) + 1;
  if (tries >= MAIL_TRIES) {
    warn('alert not mailed', {
      ...about({ tenant }),
      rule: rule.id,
      detail: `given up after ${tries} tries`,
    });
    return told;
  }
  const again = {
    ...told,
    untold: { ...untold, event: false, mailTries: tries },
    revision: told.revision + 1,
  };
  return (await keep(told, again)) ? again : undefined;
}

/** @returns false where it may be sent later */
async function mailed(
  { sendMail, takeMail, now }: TellDeps,
  tenant: string,
  rule: AlertRule,
  untold: Untold,
  { contact }: Pick<TenantInUse, 'contact'>,
): Promise<boolean> {
  const why = (detail: string): true => {
    warn('alert not mailed', { ...about({ tenant }), rule: rule.id, detail });
    return true;
  };
  if (!sendMail) return why('this environment has no sender for mail');
  if (contact === undefined) return why('the tenant has no contact');
  try {
    // A mail that is tried again has been counted.
    const taken = untold.mailTries === undefined ? await takeMail(tenant, now()) : 'one';
    if (taken === 'none') return why('the tenant has had all its mails of today');
    await sendMail(alertMail(contact, rule, untold, taken === 'last'));
    return true;
  } catch (error) {
    const { detail, ...fields } = errorFields(error);
    // SES names the addresses that it refuses. A log is kept when a tenant is deleted.
    const named = detail?.replaceAll(contact, 'the contact');
    warn('alert not mailed', { ...about({ tenant }), rule: rule.id, ...fields, detail: named });
    return !isRefusedForNow(error);
  }
}

function eventOf(tenant: string, rule: AlertRule, untold: Untold, inUse: TenantInUse) {
  const { id, name, targetId, when } = rule;
  const { value, since } = untold;
  const news: AlertNews = {
    tenant,
    rule: { id, name },
    when,
    targetId,
    value,
    threshold: thresholdOf(when),
    since,
    keepSeconds: keepSecondsOf(inUse),
  };
  if (untold.kind === 'raised') return alertRaised(news);
  return alertResolved(news, untold.isCutOff ? 'changed' : 'over', untold.at);
}
