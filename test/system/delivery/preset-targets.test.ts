import { describe, expect, it } from 'vitest';
import { sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { expectNowhere } from '../../helpers/nowhere.ts';
import { PRESETS, type PresetName } from '../../helpers/providers/presets.ts';
import { refusedBy } from '../../helpers/providers/rules.ts';
import { type Asked, type Reaction, serveApi } from '../../helpers/servers/api.ts';

const cloud = await sharedCloud();
const { api } = cloud;

interface TargetView {
  readonly id: string;
  readonly address: string;
  readonly state?: string;
  readonly disabled?: { readonly reason: string };
}

/** What must appear nowhere, by preset. */
const SECRETS: Readonly<Record<PresetName, string>> = {
  slack: 'slacksecret1234567890abcd',
  teams: 'teamssecret1234567890abcd',
  discord: 'discordsecret1234567890ab',
  pagerduty: 'pagerdutysecret12345678901234567',
  opsgenie: 'opsgeniesecret-1234-1234-12345678',
  datadog: 'datadogsecret1234567890123456789',
};

const settingsFor = (kind: PresetName, url: string): Record<string, unknown> =>
  ({
    slack: { webhookUrl: `${url}/services/T1/B1/${SECRETS.slack}` },
    teams: {
      webhookUrl: `${url}/workflows/w/triggers/manual/paths/invoke?api-version=1&sig=${SECRETS.teams}`,
    },
    discord: { webhookUrl: `${url}/api/webhooks/1/${SECRETS.discord}` },
    pagerduty: { routingKey: SECRETS.pagerduty, endpoint: url },
    opsgenie: { apiKey: SECRETS.opsgenie, endpoint: url },
    datadog: { apiKey: SECRETS.datadog, endpoint: url },
  })[kind];

/** The credential and the address of the one setting that is one. */
const CREDENTIAL: Readonly<Record<PresetName, string>> = {
  slack: 'webhookUrl',
  teams: 'webhookUrl',
  discord: 'webhookUrl',
  pagerduty: 'routingKey',
  opsgenie: 'apiKey',
  datadog: 'apiKey',
};

/** How each service says yes. */
const YES: Readonly<Record<PresetName, Reaction>> = {
  slack: { body: 'ok' },
  teams: { status: 202 },
  discord: { body: { id: '1' } },
  pagerduty: { status: 202, body: { status: 'success' } },
  opsgenie: { status: 202, body: { result: 'Request will be processed' } },
  datadog: { status: 202, body: { status: 'ok' } },
};

async function subscribe(kind: PresetName, settings: object, more: object = {}): Promise<string> {
  const made = await api.call<{ targetId: string }>('POST', '/v1/subscriptions', {
    kind,
    [kind]: settings,
    events: [`preset.${kind}.**`],
    ...more,
  });
  return made.targetId;
}

const once = { retry: { schedule: [0], jitter: 0 } };

/** Repeats all that it was sent, as a service may that shows its errors to programmers. */
const repeating = ({ path, headers, body }: Asked): Reaction => ({
  status: 503,
  body: { path, headers, body },
});

describe.each(PRESETS)('a target of kind %s (A25)', (kind) => {
  it('gets what its service takes; its credential is in the request, and nowhere else', async () => {
    const service = await serveApi((asked, count) => (count === 1 ? repeating(asked) : YES[kind]));
    const settings = { ...settingsFor(kind, service.url), title: 'Order {{data.order}}' };
    const id = await subscribe(kind, settings, once);
    const payload = { order: 7, note: '<!channel> @everyone' };
    const event = await api.publish(`preset.${kind}.first`, payload);
    const delivery = await cloud.delivery(event.id, 'delivered');
    const [first, second] = service.asked as [Asked, Asked];
    expect(service.asked).toHaveLength(2);
    expect(second.body).toBe(first.body);
    expect(refusedBy(kind, JSON.parse(second.body))).toBe('');
    expect(JSON.stringify(second)).toContain(SECRETS[kind]);
    expect(second.headers['webhook-signature']).toBeUndefined();

    const path = `/v1/targets/${id}`;
    const view = await api.call<TargetView & Record<string, Record<string, unknown>>>('GET', path);
    expect(view[kind]).toEqual({ ...settings, [CREDENTIAL[kind]]: '[hidden]' });
    expect(view.address.startsWith(service.url)).toBe(true);
    const { attempts } = await api.call<{ attempts: readonly unknown[] }>(
      'GET',
      `/v1/deliveries/${delivery.id}`,
    );
    expect(attempts).toMatchObject([
      { statusCode: 503, request: { url: view.address, method: 'POST' } },
      { statusCode: (YES[kind] as { status?: number }).status ?? 200 },
    ]);
    expect(JSON.stringify(attempts)).toContain('[hidden]');

    // What a caller has read, it may write back.
    await api.call('PATCH', path, { [kind]: { ...view[kind], title: 'Order {{data.order}} again' } });
    await eventually(async () => {
      const { id: next } = await api.publish(`preset.${kind}.again`, payload);
      await cloud.delivery(next, 'delivered');
      expect(service.asked.at(-1)!.body).toContain('Order 7 again');
    });
    expect(JSON.stringify(service.asked.at(-1))).toContain(SECRETS[kind]);
    await cloud.settled();
    await expectNowhere(cloud, [SECRETS[kind]]);
  });
});

describe('answers of services (A25)', () => {
  it('that refuse with 200 make a dead letter that says why', async () => {
    const service = await serveApi(() => ({ body: { ok: false, error: 'invalid_blocks' } }));
    await subscribe('slack', settingsFor('slack', service.url), { ...once, events: ['refused.slack'] });
    const { id } = await api.publish('refused.slack', {});
    expect(await cloud.delivery(id, 'dead')).toMatchObject({
      reason: 'rejected',
      attempts: [{ statusCode: 200, verdict: 'final', detail: 'invalid_blocks' }],
    });
  });

  it('that a webhook is gone disable the target', async () => {
    const service = await serveApi(() => ({
      status: 404,
      body: { message: 'Unknown Webhook', code: 10015 },
    }));
    const target = await subscribe('discord', settingsFor('discord', service.url), {
      events: ['gone.discord'],
    });
    const { id } = await api.publish('gone.discord', {});
    expect(await cloud.delivery(id, 'dead')).toMatchObject({
      attempts: [{ verdict: 'gone', detail: 'Unknown Webhook' }],
    });
    await eventually(async () =>
      expect(await api.call('GET', `/v1/targets/${target}`)).toMatchObject({ disabled: { reason: 'gone' } }),
    );
  });

  it('that throttle in the body are heeded', async () => {
    const service = await serveApi((_, count) =>
      count === 1
        ? { status: 429, body: { message: 'Slow down', retry_after: 0.2, global: false } }
        : YES.discord,
    );
    await subscribe('discord', settingsFor('discord', service.url), { ...once, events: ['slow.discord'] });
    const { id } = await api.publish('slow.discord', {});
    expect(await cloud.delivery(id, 'delivered')).toMatchObject({
      attempts: [{ statusCode: 429, detail: 'Slow down' }, { statusCode: 200 }],
    });
  });

  it('to a message that a transformation made are read the same', async () => {
    const service = await serveApi((_, count) =>
      count === 1 ? YES.slack : { body: { ok: false, error: 'no_text' } },
    );
    await subscribe('slack', settingsFor('slack', service.url), {
      events: ['shaped.slack'],
      transform: '{"body": {"text": "Order " & data.order}}',
    });
    const first = await api.publish('shaped.slack', { order: 7 });
    expect(await cloud.delivery(first.id, 'delivered')).toMatchObject({ attempts: [{ statusCode: 200 }] });
    expect(service.asked.map(({ body }) => JSON.parse(body))).toEqual([{ text: 'Order 7' }]);
    const second = await api.publish('shaped.slack', {});
    expect(await cloud.delivery(second.id, 'dead')).toMatchObject({ attempts: [{ detail: 'no_text' }] });
  });

  it('trigger and resolve one alert of PagerDuty', async () => {
    const service = await serveApi(() => YES.pagerduty);
    const settings = {
      ...settingsFor('pagerduty', service.url),
      dedupKey: 'stock/{{data.sku}}',
      action: { events: [{ type: 'stock.restored', is: 'resolve' }] },
      severity: { path: 'data.level' },
    };
    await subscribe('pagerduty', settings, { events: ['stock.*'] });
    for (const type of ['stock.critical', 'stock.restored']) {
      const { id } = await api.publish(type, { sku: 'a1', level: 'warn' });
      await cloud.delivery(id, 'delivered');
    }
    expect(service.asked.map(({ body }) => JSON.parse(body))).toMatchObject([
      { event_action: 'trigger', dedup_key: 'stock/a1', payload: { severity: 'warning' } },
      { event_action: 'resolve', dedup_key: 'stock/a1' },
    ]);
  });
});

describe('settings of presets', () => {
  const PAGERDUTY = settingsFor('pagerduty', 'http://127.0.0.1:2000');

  it.each<[string, object, string]>([
    ['no credential', { kind: 'slack', slack: {} }, 'slack.webhookUrl'],
    ['a credential that is hidden', { kind: 'slack', slack: { webhookUrl: '[hidden]' } }, 'slack.webhookUrl'],
    ['a URL beside them', { kind: 'pagerduty', pagerduty: PAGERDUTY, url: 'http://127.0.0.1:1/' }, 'url'],
    ['headers', { kind: 'pagerduty', pagerduty: PAGERDUTY, headers: { a: 'b' } }, 'headers'],
    [
      'a wrong path',
      { kind: 'pagerduty', pagerduty: { ...PAGERDUTY, title: '{{order}}' } },
      'pagerduty.title',
    ],
    [
      'a link to anywhere',
      { kind: 'pagerduty', pagerduty: { ...PAGERDUTY, link: 'https://{{data.host}}' } },
      'pagerduty.link',
    ],
    [
      'an end without a key',
      { kind: 'pagerduty', pagerduty: { ...PAGERDUTY, action: { otherwise: 'resolve' } } },
      'pagerduty.dedupKey',
    ],
    [
      'an unknown severity',
      { kind: 'pagerduty', pagerduty: { ...PAGERDUTY, severity: { otherwise: 'fatal' } } },
      'pagerduty.severity.otherwise',
    ],
    ['another site', { kind: 'datadog', datadog: { apiKey: 'x', site: 'example.com' } }, 'datadog.site'],
  ])('are refused with %s', async (_, body, field) => {
    expect(await cloud.request('POST', '/v1/targets', body)).toMatchObject({ status: 422, body: { field } });
  });

  it('keep no hidden credential for another host', async () => {
    const { id } = await api.call<TargetView>('POST', '/v1/targets', {
      kind: 'pagerduty',
      pagerduty: PAGERDUTY,
    });
    const change = { pagerduty: { endpoint: 'http://127.0.0.1:2001' } };
    expect(await cloud.request('PATCH', `/v1/targets/${id}`, change)).toMatchObject({
      status: 422,
      body: { field: 'pagerduty.routingKey', message: expect.stringContaining('expected the value') },
    });
  });
});
