import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../lambdas/http-client/verdict.ts';
import { type PresetName, readBy } from '../../../helpers/providers/presets.ts';

/** Answers as the services document them, and what they mean. */

const json = (value: unknown): string => JSON.stringify(value);
type Row = readonly [status: number, answer: string, expected: Verdict];

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
const SLACK: Row[] = [
  [200, 'ok', { means: 'delivered' }],
  [200, '', { means: 'delivered' }],
  [200, json({ ok: true }), { means: 'delivered' }],
  [200, json({ ok: false, error: 'invalid_blocks' }), { means: 'final', detail: 'invalid_blocks' }],
  [200, json({ ok: false }), { means: 'final' }],
  [200, json({ ok: false, error: 'ratelimited' }), { means: 'throttled', detail: 'ratelimited' }],
  [200, json({ ok: false, error: 'internal_error' }), { means: 'retry', detail: 'internal_error' }],
  [200, json({ ok: false, error: 'channel_is_archived' }), { means: 'gone', detail: 'channel_is_archived' }],
  [400, 'invalid_payload', { means: 'final', detail: 'invalid_payload' }],
  [400, 'user_not_found', { means: 'final', detail: 'user_not_found' }],
  [400, 'too_many_attachments', { means: 'final', detail: 'too_many_attachments' }],
  [403, 'action_prohibited', { means: 'final', detail: 'action_prohibited' }],
  [403, 'posting_to_general_channel_denied', { means: 'final', detail: 'posting_to_general_channel_denied' }],
  [403, 'invalid_token', { means: 'gone', detail: 'invalid_token' }],
  [404, 'no_service', { means: 'gone', detail: 'no_service' }],
  [404, 'no_team', { means: 'gone', detail: 'no_team' }],
  [404, 'channel_not_found', { means: 'gone', detail: 'channel_not_found' }],
  [410, 'channel_is_archived', { means: 'gone', detail: 'channel_is_archived' }],
  [429, '', { means: 'throttled' }],
  [429, 'rate_limited', { means: 'throttled', detail: 'rate_limited' }],
  [500, 'rollup_error', { means: 'retry', detail: 'rollup_error' }],
  [503, '<html>Service Unavailable</html>', { means: 'retry' }],
];

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#rate-limiting-for-connectors */
const TEAMS_REFUSED = (status: number) =>
  `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId tcid=1`;
const TEAMS: Row[] = [
  [200, '1', { means: 'delivered' }],
  [202, '', { means: 'delivered' }],
  [200, TEAMS_REFUSED(429), { means: 'throttled', detail: 'HTTP error 429' }],
  [200, TEAMS_REFUSED(413), { means: 'final', detail: 'HTTP error 413' }],
  [200, TEAMS_REFUSED(500), { means: 'retry', detail: 'HTTP error 500' }],
  [200, TEAMS_REFUSED(410), { means: 'gone', detail: 'HTTP error 410' }],
  [200, 'Webhook message delivery failed', { means: 'retry' }],
  [400, 'Summary or Text is required.', { means: 'final' }],
  [
    400,
    json({ error: { code: 'TriggerInputSchemaMismatch' } }),
    { means: 'final', detail: 'TriggerInputSchemaMismatch' },
  ],
  [
    401,
    json({ error: { code: 'DirectApiAuthorizationRequired' } }),
    { means: 'final', detail: 'DirectApiAuthorizationRequired' },
  ],
  [
    404,
    json({ error: { code: 'WorkflowNotFound', message: 'm' } }),
    { means: 'gone', detail: 'WorkflowNotFound' },
  ],
  [410, '', { means: 'gone' }],
  [429, '', { means: 'throttled' }],
  [502, json({ error: { code: 'NoResponse' } }), { means: 'retry', detail: 'NoResponse' }],
];

/** https://docs.discord.com/developers/topics/rate-limits and …/opcodes-and-status-codes */
const DISCORD: Row[] = [
  [200, json({ id: '1' }), { means: 'delivered' }],
  [204, '', { means: 'delivered' }],
  [
    429,
    json({ message: 'You are being rate limited.', retry_after: 64.57, global: false }),
    { means: 'throttled', detail: 'You are being rate limited.', retryAfterMs: 64_570 },
  ],
  [
    429,
    json({ message: 'm', retry_after: 0.3, global: true }),
    { means: 'throttled', detail: 'm', retryAfterMs: 300 },
  ],
  [
    429,
    json({ message: 'm', retry_after: 1e9 }),
    { means: 'throttled', detail: 'm', retryAfterMs: 86_400_000 },
  ],
  [429, '<html>banned</html>', { means: 'throttled' }],
  [400, json({ message: 'Invalid Form Body', code: 50035 }), { means: 'final', detail: 'Invalid Form Body' }],
  [
    401,
    json({ message: 'Invalid Webhook Token', code: 50027 }),
    { means: 'gone', detail: 'Invalid Webhook Token' },
  ],
  [404, json({ message: 'Unknown Webhook', code: 10015 }), { means: 'gone', detail: 'Unknown Webhook' }],
  [404, json({ message: 'Unknown Channel', code: 10003 }), { means: 'gone', detail: 'Unknown Channel' }],
  [
    403,
    json({ message: 'Missing Permissions', code: 50013 }),
    { means: 'final', detail: 'Missing Permissions' },
  ],
  [500, '', { means: 'retry' }],
];

/** https://github.com/PagerDuty/api-schema, reference/events-v2/openapiv3.json */
const PAGERDUTY: Row[] = [
  [
    202,
    json({ status: 'success', message: 'Event processed', dedup_key: 'srv01/HTTP' }),
    { means: 'delivered' },
  ],
  [
    400,
    json({
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: ["Length of 'routing_key' is incorrect"],
    }),
    { means: 'final', detail: "Event object is invalid: Length of 'routing_key' is incorrect" },
  ],
  [400, json({ status: 'Unrecognized object' }), { means: 'final', detail: 'Unrecognized object' }],
  [413, '', { means: 'final' }],
  [429, '', { means: 'throttled' }],
  [500, json({ status: 'error', message: 'Internal error' }), { means: 'retry', detail: 'Internal error' }],
  [503, '', { means: 'retry' }],
];

/** https://docs.opsgenie.com/docs/response */
const OPSGENIE: Row[] = [
  [202, json({ result: 'Request will be processed', took: 0.3, requestId: 'r' }), { means: 'delivered' }],
  [400, json({ message: 'Body is not processable' }), { means: 'final', detail: 'Body is not processable' }],
  [401, json({ message: 'Could not authenticate' }), { means: 'final', detail: 'Could not authenticate' }],
  [402, json({ message: 'Plan' }), { means: 'final', detail: 'Plan' }],
  [403, json({ message: 'Your plan' }), { means: 'final', detail: 'Your plan' }],
  [
    422,
    json({ message: 'Request body is not processable', errors: {} }),
    { means: 'final', detail: 'Request body is not processable' },
  ],
  [
    429,
    json({ message: 'You are making too many requests!' }),
    { means: 'throttled', detail: 'You are making too many requests!' },
  ],
  [500, '', { means: 'retry' }],
  [503, json({ message: 'm' }), { means: 'retry', detail: 'm' }],
];

/** https://docs.datadoghq.com/api/latest/events/post-an-event: 202, 400, 429; 403 and 413 as for all of its intakes */
const DATADOG: Row[] = [
  [202, json({ status: 'ok', event: {} }), { means: 'delivered' }],
  [400, json({ errors: ['Bad Request', 'no title'] }), { means: 'final', detail: 'Bad Request; no title' }],
  [403, json({ status: 'error', errors: ['Forbidden'] }), { means: 'final', detail: 'Forbidden' }],
  [413, json({ errors: ['Payload too big'] }), { means: 'final', detail: 'Payload too big' }],
  [429, json({ errors: ['Too many requests'] }), { means: 'throttled', detail: 'Too many requests' }],
  [408, '', { means: 'retry' }],
  [500, '', { means: 'retry' }],
];

const TABLES = {
  slack: SLACK,
  teams: TEAMS,
  discord: DISCORD,
  pagerduty: PAGERDUTY,
  opsgenie: OPSGENIE,
  datadog: DATADOG,
} satisfies Record<PresetName, Row[]>;

describe.each(Object.entries(TABLES))('an answer of %s', (kind, rows) => {
  it.each(rows)('%i %s means what the service documents (A25)', async (status, answer, expected) => {
    expect(await readBy(kind as PresetName, status, answer)).toEqual(expected);
  });

  it('is read whatever it is', async () => {
    for (const answer of ['null', '[]', '"x"', '{', '{"error":{}}', '{"errors":[1]}', '\u0000'])
      for (const status of [200, 302, 400, 429, 500])
        expect((await readBy(kind as PresetName, status, answer)).means).toBeDefined();
  });
});
