import { ulid } from 'ulid';
import type { DestinationDeps, KindRequest } from '../../../lambdas/destinations/kind.ts';
import type { KindName } from '../../../lambdas/destinations/kind-names.ts';
import { kindOf } from '../../../lambdas/destinations/kinds.ts';
import type { Event } from '../../../lambdas/events/event.ts';
import { inlinePayload } from '../../../lambdas/events/payload.ts';
import type { Attempt } from '../../../lambdas/http-client/attempt-record.ts';
import { meaningOf, type Verdict } from '../../../lambdas/http-client/verdict.ts';
import { describeEvent } from '../../../lambdas/targets/request-headers.ts';
import { targetOf } from '../../builders/entities.ts';
import { eventOf } from '../../builders/events.ts';

/** The credentials of each preset, as it would take them, and a part that must appear nowhere. */
export const CREDENTIALS = {
  slack: { webhookUrl: 'https://hooks.slack.com/services/T0001/B0001/slacksecret1234567890abcd' },
  teams: {
    webhookUrl:
      'https://prod-23.westeurope.logic.azure.com:443/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sig=teamssecret1234567890abcd',
  },
  discord: { webhookUrl: 'https://discord.com/api/webhooks/123456789012345678/discordsecret1234567890' },
  pagerduty: { routingKey: 'pagerdutysecret12345678901234567' },
  opsgenie: { apiKey: 'opsgeniesecret-1234-1234-123456789012' },
  datadog: { apiKey: 'datadogsecret1234567890123456789' },
} as const satisfies Partial<Record<KindName, object>>;

export type PresetName = keyof typeof CREDENTIALS;
export const PRESETS = Object.keys(CREDENTIALS) as PresetName[];

/** 2026-11-28T06:00:00.000Z */
export const AT = Date.UTC(2026, 10, 28, 6);

const sampleEvent = (payload: unknown, about: Partial<Event> = {}): Event => {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
  const own = ulid(AT);
  return eventOf({ id: 'evt_1', ulid: own, type: 'payment.failed', payload: inlinePayload(bytes), ...about });
};

/** The request that a preset makes of an event. */
export async function requestBy(
  kind: PresetName,
  payload: unknown,
  settings: object = {},
  about: Partial<Event> = {},
  shaped?: object,
): Promise<KindRequest> {
  const target = targetOf({ url: '', kind, v: 2, settings: { ...CREDENTIALS[kind], ...settings } });
  const event = sampleEvent(payload, about);
  const body = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
  return kindOf(target).request({
    deps: {} as DestinationDeps,
    settings: target.settings!,
    tenant: 'ten_1',
    target,
    url: '',
    event,
    described: describeEvent(event, 1),
    body,
    at: AT + 1000,
    timeoutMs: 1000,
    ...shaped,
  });
}

/** The same, and the message in it. */
export async function messageBy(...args: Parameters<typeof requestBy>): Promise<Record<string, unknown>> {
  const { body } = await requestBy(...args);
  return JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
}

/** What a preset makes of an answer: what it means, and what is said of it. */
export async function readBy(
  kind: PresetName,
  status: number,
  answer = '',
  about: Partial<Attempt> = {},
): Promise<Verdict> {
  const { read } = await requestBy(kind, {});
  const attempt: Attempt = { at: AT, ms: 1, status, ...(answer && { answer }), ...about };
  return read?.(attempt) ?? { means: meaningOf(attempt) };
}
