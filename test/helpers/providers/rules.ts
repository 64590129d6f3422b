import { Ajv } from 'ajv';

/**
 * What services publish of the messages that they take, as JSON Schemas of our own words. Only what presets use is in them:
 * anything else is refused.
 */

const text = (maxLength: number, minLength = 1) => ({ type: 'string', minLength, maxLength });
const object = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object, maxItems: number, minItems = 1) => ({
  type: 'array',
  items,
  maxItems,
  minItems,
});
const url = { type: 'string', pattern: '^https://[^\\s<>"]+$', maxLength: 2048 };

/**
 * https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 * and https://docs.slack.dev/reference/block-kit/block-elements/button-element
 */
const plain = (max: number) =>
  object({ type: { const: 'plain_text' }, text: text(max), emoji: { type: 'boolean' } });
const mrkdwn = (max: number) =>
  object({ type: { const: 'mrkdwn' }, text: text(max), verbatim: { type: 'boolean' } });
const slack = object({
  text: text(40_000),
  blocks: list(
    {
      anyOf: [
        object({ type: { const: 'header' }, text: plain(150) }),
        object({ type: { const: 'section' }, text: plain(3000) }),
        object({ type: { const: 'section' }, fields: list(mrkdwn(2000), 10) }),
        object({
          type: { const: 'actions' },
          elements: list(object({ type: { const: 'button' }, text: plain(75), url }), 25),
        }),
        object({ type: { const: 'context' }, elements: list(mrkdwn(3000), 10) }),
      ],
    },
    50,
  ),
});

/** https://adaptivecards.io/schemas/1.5.0/adaptive-card.json */
const teams = object({
  type: { const: 'message' },
  attachments: list(
    object({
      contentType: { const: 'application/vnd.microsoft.card.adaptive' },
      contentUrl: { type: 'null' },
      content: object(
        {
          $schema: { const: 'http://adaptivecards.io/schemas/adaptive-card.json' },
          type: { const: 'AdaptiveCard' },
          version: { enum: ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'] },
          msteams: object({ width: { const: 'Full' } }),
          body: list(
            {
              anyOf: [
                object(
                  {
                    type: { const: 'TextBlock' },
                    text: text(28_000),
                    wrap: { type: 'boolean' },
                    size: { enum: ['default', 'small', 'medium', 'large', 'extraLarge'] },
                    weight: { enum: ['default', 'lighter', 'bolder'] },
                    color: { enum: ['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention'] },
                    isSubtle: { type: 'boolean' },
                  },
                  ['type', 'text'],
                ),
                object({
                  type: { const: 'FactSet' },
                  facts: list(object({ title: text(28_000), value: text(28_000) }), 100),
                }),
              ],
            },
            100,
          ),
          actions: list(object({ type: { const: 'Action.OpenUrl' }, title: text(100), url }), 6),
        },
        ['type', 'version', 'body'],
      ),
    }),
    1,
  ),
});

/** https://github.com/discord/discord-api-spec: IncomingWebhookRequestPartial, RichEmbed, MessageAllowedMentionsRequest */
const discord = object({
  allowed_mentions: object({ parse: list({ enum: ['users', 'roles', 'everyone'] }, 0, 0) }),
  embeds: list(
    object(
      {
        title: text(256),
        description: text(4096),
        url,
        color: { type: 'integer', minimum: 0, maximum: 0xffffff },
        timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z$' },
        footer: object({ text: text(2048) }),
        fields: list(object({ name: text(256), value: text(1024), inline: { type: 'boolean' } }), 25),
      },
      ['title'],
    ),
    10,
  ),
});

/**
 * https://github.com/PagerDuty/api-schema, reference/events-v2/openapiv3.json, and the lengths of
 * https://developer.pagerduty.com/docs/send-alert-event
 */
const pagerduty = object(
  {
    routing_key: text(32, 32),
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: text(255),
    client: text(1000),
    links: list(object({ href: url, text: text(1000) }, ['href']), 10),
    payload: object(
      {
        summary: text(1024),
        severity: { enum: ['critical', 'warning', 'error', 'info'] },
        source: text(1000),
        timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z$' },
        component: text(1000),
        group: text(1000),
        class: text(1000),
        custom_details: { type: 'object' },
      },
      ['summary', 'severity', 'source'],
    ),
  },
  ['routing_key', 'event_action', 'dedup_key'],
);

/** https://github.com/opsgenie/opsgenie-oas, definitions/alert.yaml, and the lengths of https://docs.opsgenie.com/docs/alert-api */
const opsgenie = object(
  {
    message: text(130),
    alias: text(512),
    description: text(15_000),
    source: text(100),
    priority: { enum: ['P1', 'P2', 'P3', 'P4', 'P5'] },
    entity: text(512, 0),
    tags: list(text(50), 20, 0),
    responders: list(
      object(
        { type: { enum: ['team', 'user', 'escalation', 'schedule'] }, name: text(200), username: text(200) },
        ['type'],
      ),
      50,
    ),
    details: { type: 'object', additionalProperties: { type: 'string' } },
  },
  ['message'],
);

/** The same: AlertActionPayload */
const opsgenieAction = object({ user: text(100), note: text(25_000), source: text(100) }, []);

/** https://github.com/DataDog/datadog-api-client-typescript, .generator/schemas/v1/openapi.yaml: EventCreateRequest */
const datadog = object(
  {
    title: text(100),
    text: text(4000),
    aggregation_key: text(100),
    alert_type: {
      enum: ['error', 'warning', 'info', 'success', 'user_update', 'recommendation', 'snapshot'],
    },
    date_happened: { type: 'integer' },
    host: text(255, 0),
    priority: { enum: ['normal', 'low'] },
    source_type_name: text(100),
    tags: list(text(200), 100, 0),
  },
  ['title', 'text'],
);

const ajv = new Ajv({ strict: false });
const SCHEMAS = { slack, teams, discord, pagerduty, opsgenie, opsgenieAction, datadog };
const checks = new Map(Object.entries(SCHEMAS).map(([name, schema]) => [name, ajv.compile(schema)]));

/** What a service would have against a message; nothing where it takes it. */
export function refusedBy(service: keyof typeof SCHEMAS, message: unknown): string {
  const check = checks.get(service)!;
  return check(message) ? '' : ajv.errorsText(check.errors);
}
