import { describe, expect, it } from 'vitest';
import { kindNamed } from '../../../../lambdas/destinations/kinds.ts';
import type { Allowed } from '../../../../lambdas/http-client/target-url.ts';
import {
  CREDENTIALS,
  messageBy,
  PRESETS,
  type PresetName,
  requestBy,
} from '../../../helpers/providers/presets.ts';
import { refusedBy } from '../../../helpers/providers/rules.ts';

const ORDER = { order: 7, amount: 12.5, note: 'a <b> & c', card: { last4: '4242' } };

describe('the message of an event', () => {
  it('is in Block Kit for Slack (A25)', async () => {
    const settings = {
      severity: { events: [{ type: 'payment.*', is: 'error' }] },
      link: 'https://shop.example/orders/{{data.order}}',
    };
    expect(await messageBy('slack', ORDER, settings, { source: '/shop' })).toEqual({
      text: 'payment.failed',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'payment.failed', emoji: false } },
        {
          type: 'section',
          fields: [
            '*order*\n7',
            '*amount*\n12.5',
            '*note*\na &lt;b&gt; &amp; c',
            '*card*\n{"last4":"4242"}',
          ].map((text) => ({ type: 'mrkdwn', text, verbatim: true })),
        },
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              text: { type: 'plain_text', text: 'Open', emoji: false },
              url: 'https://shop.example/orders/7',
            },
          ],
        },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              verbatim: true,
              text: '🟠 error · /shop · evt_1 · <!date^1795845600^{date_num} {time_secs}|2026-11-28T06:00:00.000Z>',
            },
          ],
        },
      ],
    });
  });

  it('is an Adaptive Card for Teams (A25)', async () => {
    const message = await messageBy('teams', ORDER, {
      title: 'Order {{data.order}}',
      severity: { otherwise: 'warning' },
    });
    expect(message).toMatchObject({
      type: 'message',
      attachments: [
        {
          content: {
            type: 'AdaptiveCard',
            body: [
              { type: 'TextBlock', text: 'Order 7', color: 'warning' },
              {
                type: 'FactSet',
                facts: [
                  { title: 'order', value: '7' },
                  { title: 'amount', value: '12.5' },
                  { title: 'note', value: 'a <b> & c' },
                  { title: 'card', value: '{"last4":"4242"}' },
                ],
              },
              { type: 'TextBlock', text: 'warning · evt\\_1 · 2026-11-28T06:00:00.000Z' },
            ],
          },
        },
      ],
    });
  });

  it('is an embed for Discord, in a thread if one is named (A25)', async () => {
    const settings = {
      threadId: '42',
      fields: ['data.note', 'data.card.last4'],
      severity: { path: 'data.level' },
    };
    const data = { ...ORDER, level: 'FATAL', note: 'see https://a.example/b_c' };
    expect((await requestBy('discord', data, settings)).url).toBe(
      `${CREDENTIALS.discord.webhookUrl}?wait=true&thread_id=42`,
    );
    expect(await messageBy('discord', data, settings)).toEqual({
      allowed_mentions: { parse: [] },
      embeds: [
        {
          title: 'payment.failed',
          fields: [
            { name: 'note', value: 'see https://a.example/b\\_c', inline: true },
            { name: 'card.last4', value: '4242', inline: true },
          ],
          color: 0xb3261e,
          footer: { text: 'critical · evt_1' },
          timestamp: '2026-11-28T06:00:00.000Z',
        },
      ],
    });
  });

  it('leaves a URL that stands alone as it is', async () => {
    const { embeds } = await messageBy('discord', { url: 'https://a.example/b_c?d=*' });
    expect(JSON.stringify(embeds)).toContain('https://a.example/b\\\\_c?d=\\\\*');
    const plain = await messageBy('discord', { url: 'https://a.example/b_c?d=1' });
    expect(JSON.stringify(plain)).toContain('"https://a.example/b_c?d=1"');
  });

  it('is an alert for PagerDuty (A25)', async () => {
    const settings = {
      dedupKey: 'order/{{data.order}}',
      component: '{{data.card.last4}}',
      group: '{{data.none}}',
    };
    expect(await messageBy('pagerduty', ORDER, settings, { priority: 'critical', source: 'shop' })).toEqual({
      routing_key: CREDENTIALS.pagerduty.routingKey,
      event_action: 'trigger',
      dedup_key: 'order/7',
      client: 'Posthorn',
      payload: {
        summary: 'payment.failed',
        severity: 'critical',
        source: 'shop',
        timestamp: '2026-11-28T06:00:00.000Z',
        component: '4242',
        class: 'payment.failed',
        custom_details: { ...ORDER, posthorn_event: 'evt_1' },
      },
    });
  });

  it('is an alert for Opsgenie (A25)', async () => {
    const settings = {
      alias: 'order-{{data.order}}',
      tags: ['card:{{data.card.last4}}', 'none:{{data.none}}'],
      responders: [
        { type: 'team', name: 'Payments' },
        { type: 'user', name: 'ada@example.com' },
      ],
      entity: 'orders',
    };
    const message = await messageBy('opsgenie', ORDER, settings);
    expect(message).toEqual({
      message: 'payment.failed',
      alias: 'order-7',
      source: 'posthorn',
      priority: 'P3',
      entity: 'orders',
      tags: ['card:4242'],
      responders: [
        { type: 'team', name: 'Payments' },
        { type: 'user', username: 'ada@example.com' },
      ],
      details: {
        order: '7',
        amount: '12.5',
        note: 'a <b> & c',
        card: '{"last4":"4242"}',
        event_type: 'payment.failed',
        event_id: 'evt_1',
      },
    });
  });

  it('is an event for Datadog (A25)', async () => {
    const settings = { host: '{{source}}', tags: ['env:prod'], aggregationKey: 'order/{{data.order}}' };
    expect(await messageBy('datadog', ORDER, settings, { source: 'shop', priority: 'low' })).toEqual({
      title: 'payment.failed',
      text: 'event evt_1\norder: 7\namount: 12.5\nnote: a <b> & c\ncard: {"last4":"4242"}',
      alert_type: 'info',
      priority: 'low',
      aggregation_key: 'order/7',
      source_type_name: 'posthorn',
      date_happened: 1795845600,
      host: 'shop',
      tags: ['event_type:payment.failed', 'env:prod'],
    });
  });
});

describe('the message of a transformation', () => {
  const shapedBy = (kind: PresetName, made: unknown, settings: object = {}) =>
    messageBy(kind, made, settings, {}, { shaped: { body: Buffer.from(JSON.stringify(made)) } });

  it.each(PRESETS)('goes to %s as it is, with the credential (A25)', async (kind) => {
    const made = { text: 'a', blocks: [{ type: 'divider' }] };
    const request = await requestBy(kind, made, {}, {}, { shaped: { body: Buffer.from('') } });
    const own = await requestBy(kind, made);
    expect({ ...request, body: undefined, read: undefined, sent: undefined }).toEqual({
      ...own,
      body: undefined,
      read: undefined,
      sent: undefined,
    });
    expect(await shapedBy(kind, made)).toMatchObject(made);
  });

  it('has PagerDuty’s key, and mentions no one in Discord unless it says so', async () => {
    expect(await shapedBy('pagerduty', { event_action: 'trigger', routing_key: 'x' })).toEqual({
      event_action: 'trigger',
      routing_key: CREDENTIALS.pagerduty.routingKey,
    });
    expect(await shapedBy('discord', { content: '@everyone' })).toEqual({
      content: '@everyone',
      allowed_mentions: { parse: [] },
    });
    const own = { content: '<@1>', allowed_mentions: { users: ['1'] } };
    expect(await shapedBy('discord', own)).toEqual(own);
    expect(await shapedBy('slack', { text: 'a' })).toEqual({ text: 'a' });
  });

  it('is a JSON object, and no larger than its service takes', async () => {
    await expect(shapedBy('slack', ['a'])).rejects.toMatchObject({ why: 'transform' });
    await expect(shapedBy('teams', { text: 'a'.repeat(30_000) })).rejects.toMatchObject({
      why: 'unsendable',
      message: expect.stringContaining('28672 bytes'),
    });
  });
});

describe('what becomes of an alert', () => {
  const ACTION = {
    path: 'data.status',
    values: { cleared: 'resolve' },
    events: [{ type: 'alert.seen', is: 'acknowledge' }],
  };
  it.each([
    [{ status: 'open' }, 'a', 'trigger'],
    [{ status: 'cleared' }, 'a', 'resolve'],
    [{ status: 'Resolved' }, 'a', 'resolve'],
    [{ status: 'acknowledge' }, 'a', 'acknowledge'],
    [{}, 'alert.seen', 'acknowledge'],
    [{ status: 'strange' }, 'alert.seen', 'acknowledge'],
    [{ status: { deep: 1 } }, 'a', 'trigger'],
    [{}, 'alert.new', 'trigger'],
  ])('of PagerDuty follows from %j of type %s (A25)', async (data, type, expected) => {
    const message = await messageBy('pagerduty', data, { action: ACTION, dedupKey: 'k' }, { type });
    expect(message).toMatchObject({ event_action: expected, dedup_key: 'k' });
    expect(refusedBy('pagerduty', message)).toBe('');
  });

  it.each(['.', '..'])('leads to no other path of Opsgenie’s by the alias %s', async (alias) => {
    const settings = { alias: '{{data.id}}', action: { events: [{ type: 'alert.closed', is: 'close' }] } };
    const { url } = await requestBy('opsgenie', { id: alias }, settings, { type: 'alert.closed' });
    expect(new URL(url).pathname).toBe(`/v2/alerts/${alias}-/close`);
    expect(await messageBy('opsgenie', { id: alias }, settings)).toMatchObject({ alias: `${alias}-` });
  });

  it('is a request of its own for Opsgenie (A25)', async () => {
    const settings = {
      action: { events: [{ type: 'alert.closed', is: 'close' }] },
      alias: 'a/{{data.id}} ü',
    };
    const { url, headers } = await requestBy('opsgenie', { id: 1 }, settings, { type: 'alert.closed' });
    expect(url).toBe('https://api.opsgenie.com/v2/alerts/a%2F1%20%C3%BC/close?identifierType=alias');
    expect(headers.authorization).toBe(`GenieKey ${CREDENTIALS.opsgenie.apiKey}`);
    const message = await messageBy('opsgenie', { id: 1 }, settings, { type: 'alert.closed' });
    expect(message).toEqual({ source: 'posthorn', note: 'alert.closed' });
    expect(refusedBy('opsgenieAction', message)).toBe('');
  });
});

describe('a severity', () => {
  const SEVERITY = {
    path: 'data.level',
    values: { p0: 'critical' },
    events: [{ type: 'a.**', is: 'warning' }],
    otherwise: 'info',
  };
  it.each([
    [{ level: 'p0' }, 'x', 'critical'],
    [{ level: 'WARN' }, 'x', 'warning'],
    [{ level: 'Error' }, 'x', 'error'],
    [{ level: 3 }, 'a.b', 'warning'],
    [{}, 'b', 'info'],
    [{ level: 'constructor' }, 'b', 'info'],
  ])('follows from %j of type %s', async (data, type, expected) => {
    const message = await messageBy('pagerduty', data, { severity: SEVERITY }, { type });
    expect(message).toMatchObject({ payload: { severity: expected } });
  });

  it.each([
    ['critical', 'critical', 'P1', 'error'],
    ['normal', 'error', 'P3', 'info'],
    ['low', 'info', 'P5', 'info'],
  ] as const)('of a %s event follows from its priority', async (priority, severity, level, alertType) => {
    expect(await messageBy('pagerduty', {}, {}, { priority })).toMatchObject({ payload: { severity } });
    expect(await messageBy('opsgenie', {}, {}, { priority })).toMatchObject({ priority: level });
    expect(await messageBy('datadog', {}, {}, { priority })).toMatchObject({ alert_type: alertType });
  });
});

describe('a key', () => {
  it('with a gap is the event’s id, so that it joins nothing', async () => {
    const message = await messageBy('pagerduty', {}, { dedupKey: 'order/{{data.order}}' });
    expect(message).toMatchObject({ dedup_key: 'evt_1' });
  });

  it('that is too long stays one of its own', async () => {
    const keyOf = async (tail: string) => {
      const data = { key: 'k'.repeat(400) + tail };
      return (await messageBy('datadog', data, { aggregationKey: '{{data.key}}' })).aggregation_key;
    };
    expect(await keyOf('a')).toHaveLength(100);
    expect(await keyOf('a')).not.toBe(await keyOf('b'));
    expect(await keyOf('a')).toBe(await keyOf('a'));
  });
});

describe('a link', () => {
  it('stays on its host, whatever the payload says', async () => {
    const link = 'https://shop.example/{{data.a}}';
    const message = await messageBy('pagerduty', { a: '../@evil.example/?#' }, { link });
    expect(message.links).toEqual([
      { href: 'https://shop.example/..%2F%40evil.example%2F%3F%23', text: 'Open' },
    ]);
    expect(await messageBy('pagerduty', {}, { link })).not.toHaveProperty('links');
  });
});

describe('where requests go', () => {
  it.each([
    ['pagerduty', {}, 'https://events.pagerduty.com/v2/enqueue'],
    ['pagerduty', { region: 'eu' }, 'https://events.eu.pagerduty.com/v2/enqueue'],
    ['opsgenie', {}, 'https://api.opsgenie.com/v2/alerts'],
    ['opsgenie', { region: 'eu' }, 'https://api.eu.opsgenie.com/v2/alerts'],
    ['datadog', {}, 'https://api.datadoghq.com/api/v1/events'],
    ['datadog', { site: 'datadoghq.eu' }, 'https://api.datadoghq.eu/api/v1/events'],
    ['datadog', { endpoint: 'http://127.0.0.1:9' }, 'http://127.0.0.1:9/api/v1/events'],
  ] as const)('%s %j: %s (A25)', async (kind, settings, url) => {
    expect((await requestBy(kind, {}, settings)).url).toBe(url);
    expect(kindNamed(kind).address!({ ...CREDENTIALS[kind], ...settings })).toBe(url);
  });

  it.each([
    ['slack', 'https://hooks.slack.com'],
    ['teams', 'https://prod-23.westeurope.logic.azure.com'],
    ['discord', 'https://discord.com'],
  ] as const)('%s is shown as %s', (kind, shown) => {
    expect(kindNamed(kind).address!(CREDENTIALS[kind])).toBe(shown);
    expect(kindNamed(kind).address!({ webhookUrl: '[hidden]' })).toBe('');
  });
});

const PUBLIC: Allowed = { http: false, privateAddresses: false, ports: [{ from: 443, to: 443 }] };
const LOCAL: Allowed = { http: true, privateAddresses: true, ports: [{ from: 1, to: 65_535 }] };

describe('settings', () => {
  const problemOf = (kind: PresetName, settings: object, allowed = PUBLIC) =>
    kindNamed(kind).problem!({ ...CREDENTIALS[kind], ...settings }, allowed, {})?.field;

  it.each(PRESETS)('of %s are taken', (kind) => {
    expect(problemOf(kind, {})).toBeUndefined();
  });

  it.each([
    ['slack', 'https://example.com/services/T/B/x'],
    ['slack', 'https://hooks.slack.com.example.com/services/T/B/x'],
    ['slack', 'https://hooks.slack.com/triggers/T/B/x'],
    ['slack', 'http://hooks.slack.com/services/T/B/x'],
    ['slack', 'https://user@hooks.slack.com/services/T/B/x'],
    ['teams', 'https://example.com/webhookb2/x'],
    ['teams', 'https://logic.azure.com.example.com/x'],
    ['teams', 'https://evil-logic.azure.com/x'],
    ['discord', 'https://discord.com/api/webhooks/1/x/slack'],
    ['discord', 'https://discord.com/channels/1/2'],
    ['discord', 'https://127.0.0.1/api/webhooks/1/x'],
  ] as const)('of %s refuse %s (A25)', (kind, webhookUrl) => {
    expect(problemOf(kind, { webhookUrl })).toBe('webhookUrl');
  });

  it.each([
    ['slack', 'https://hooks.slack-gov.com/services/T/B/x'],
    ['teams', 'https://contoso.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d'],
    [
      'teams',
      'https://e1.09.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/w/triggers/manual/paths/invoke?api-version=1&sig=s',
    ],
    ['discord', 'https://discordapp.com/api/v10/webhooks/123/x-y_z'],
  ] as const)('of %s take %s', (kind, webhookUrl) => {
    expect(problemOf(kind, { webhookUrl })).toBeUndefined();
  });

  it('may name any host where private addresses are allowed', () => {
    expect(problemOf('slack', { webhookUrl: 'http://127.0.0.1:9/x' }, LOCAL)).toBeUndefined();
    expect(problemOf('pagerduty', { endpoint: 'http://127.0.0.1:9' }, LOCAL)).toBeUndefined();
    expect(problemOf('pagerduty', { endpoint: 'http://127.0.0.1:9/x' }, LOCAL)).toBe('endpoint');
    for (const kind of ['pagerduty', 'opsgenie', 'datadog'] as const)
      expect(problemOf(kind, { endpoint: 'https://example.com' })).toBe('endpoint');
  });

  it('have a key where alerts end, and keys of the right form', () => {
    const ending = { action: { events: [{ type: 'a', is: 'resolve' }] } };
    expect(problemOf('pagerduty', ending)).toBe('dedupKey');
    expect(problemOf('pagerduty', { ...ending, dedupKey: 'k' })).toBeUndefined();
    expect(problemOf('pagerduty', { action: { events: [{ type: 'a', is: 'trigger' }] } })).toBeUndefined();
    expect(problemOf('opsgenie', { action: { path: 'data.status' } })).toBe('alias');
    expect(problemOf('pagerduty', { routingKey: 'short' })).toBe('routingKey');
    expect(problemOf('opsgenie', { apiKey: 'a b' })).toBe('apiKey');
    expect(problemOf('datadog', { apiKey: 'ä' })).toBe('apiKey');
  });
});
