import * as z from 'zod';
import {
  DATADOG_ALERT_TYPES,
  DATADOG_SITES,
  type DatadogSettings,
} from '../../destinations/presets/datadog.ts';
import {
  OPSGENIE_ACTIONS,
  OPSGENIE_PRIORITIES,
  OPSGENIE_REGIONS,
  type OpsgenieSettings,
  RESPONDER_TYPES,
} from '../../destinations/presets/opsgenie.ts';
import {
  PAGERDUTY_ACTIONS,
  PAGERDUTY_REGIONS,
  PAGERDUTY_SEVERITIES,
  type PagerDutySettings,
} from '../../destinations/presets/pagerduty.ts';
import { line } from '../schemas.ts';
import { choiceOf, credential, endpoint, ofMessages, tagsOf, templateOf } from './preset-schemas.ts';

/** Services that alert people, as targets. */

export const pagerduty = z
  .strictObject({
    routingKey: credential(64, 'The integration key of an Events API v2 integration.'),
    region: z.enum(PAGERDUTY_REGIONS).optional().meta({ description: 'Of the account; `us` when left out.' }),
    endpoint,
    action: choiceOf(
      PAGERDUTY_ACTIONS,
      'What the event does to the alert with its `dedupKey`. When left out, each event triggers one.',
    ).optional(),
    dedupKey: templateOf(
      512,
      'What makes events one alert; the event’s id when left out, or where a value is missing. Needed to acknowledge and resolve.',
    ).optional(),
    severity: choiceOf(
      PAGERDUTY_SEVERITIES,
      'When left out: `critical` for critical events, `info` for low ones, `error` for others.',
    ).optional(),
    ...ofMessages,
    source: templateOf(300, 'The affected system; the event’s source when left out.').optional(),
    component: templateOf(300, 'The part of it.').optional(),
    group: templateOf(300, 'What it belongs to.').optional(),
    class: templateOf(300, 'The kind of problem; the event’s type when left out.').optional(),
  })
  .meta({
    id: 'PagerDutySettings',
    description: 'Of kind `pagerduty`, a service of PagerDuty, by its Events API v2.',
  }) satisfies z.ZodType<PagerDutySettings>;

export const opsgenie = z
  .strictObject({
    apiKey: credential(256, 'The key of an API integration.'),
    region: z.enum(OPSGENIE_REGIONS).optional().meta({ description: 'Of the account; `us` when left out.' }),
    endpoint,
    action: choiceOf(
      OPSGENIE_ACTIONS,
      'What the event does to the alert with its `alias`. When left out, each event creates one.',
    ).optional(),
    alias: templateOf(
      512,
      'What makes events one alert; the event’s id when left out, or where a value is missing. Needed to acknowledge and close.',
    ).optional(),
    priority: choiceOf(
      OPSGENIE_PRIORITIES,
      'When left out: `P1` for critical events, `P5` for low ones, `P3` for others.',
    ).optional(),
    ...ofMessages,
    entity: templateOf(300, 'What the alert is about.').optional(),
    tags: tagsOf(20, 'team:{{data.team}}'),
    responders: z
      .array(z.strictObject({ type: z.enum(RESPONDER_TYPES), name: line(128) }))
      .max(50)
      .optional()
      .meta({ description: 'Who is alerted: names of teams, escalations or schedules, or a user’s name.' }),
  })
  .meta({
    id: 'OpsgenieSettings',
    description: 'Of kind `opsgenie`, Opsgenie, by its Alert API.',
  }) satisfies z.ZodType<OpsgenieSettings>;

export const datadog = z
  .strictObject({
    apiKey: credential(256, 'An API key.'),
    site: z.enum(DATADOG_SITES).optional().meta({ description: '`datadoghq.com` when left out.' }),
    endpoint,
    alertType: choiceOf(
      DATADOG_ALERT_TYPES,
      'When left out: `error` for critical events, `info` for others.',
    ).optional(),
    aggregationKey: templateOf(
      512,
      'What makes events one group; the event’s id when left out, or where a value is missing.',
    ).optional(),
    ...ofMessages,
    host: templateOf(300, 'The host that the event is of.').optional(),
    tags: tagsOf(50, 'env:{{data.env}}'),
  })
  .meta({
    id: 'DatadogSettings',
    description: 'Of kind `datadog`, the event stream of Datadog.',
  }) satisfies z.ZodType<DatadogSettings>;
