import { describe, expect, it } from 'vitest';
import { readBatch, readEvent } from '../../../../lambdas/publishing/forms/json-events.ts';
import { readLogs } from '../../../../lambdas/publishing/forms/log-records.ts';
import { misplaced, type Place } from '../../../../lambdas/publishing/forms/misplaced.ts';

const event = { type: 'order.created', data: { order: 1 } };
const record = { level: 'error', message: 'card declined' };
const named = { event_type: 'payment.failed', message: 'card declined' };
const cloudEvent = { specversion: '1.0', id: '1', source: '/shop', type: 'order.created', data: {} };

const LOGS = 'log records go to POST /v1/logs';
const ONE = 'one event goes to POST /v1/events';
const SEVERAL = 'several events go to POST /v1/events/batch, as {"events": […]}';
const CLOUD_EVENT = 'a CloudEvent goes to POST /v1/events with content-type application/cloudevents+json';
const CLOUD_EVENTS =
  'CloudEvents in a list go to POST /v1/events with content-type application/cloudevents-batch+json';

const READERS = { event: readEvent, batch: readBatch, logs: readLogs } as const;

describe('a body that came to the wrong place is told of the right one (D8)', () => {
  it.each<[Place, unknown, string]>([
    ['event', record, LOGS],
    ['event', named, LOGS],
    ['event', { severityText: 'ERROR', body: 'x' }, LOGS],
    ['event', [record], LOGS],
    ['event', [event, event], SEVERAL],
    ['event', { events: [event] }, SEVERAL],
    ['event', cloudEvent, CLOUD_EVENT],
    ['event', [cloudEvent], CLOUD_EVENTS],
    ['batch', event, ONE],
    ['batch', [event], SEVERAL],
    ['batch', record, LOGS],
    ['batch', [record], LOGS],
    ['batch', cloudEvent, CLOUD_EVENT],
    ['batch', [cloudEvent], CLOUD_EVENTS],
    ['logs', event, ONE],
    ['logs', [event], SEVERAL],
    ['logs', { events: [event] }, SEVERAL],
    ['logs', cloudEvent, CLOUD_EVENT],
    ['logs', [cloudEvent], CLOUD_EVENTS],
  ])('%s: %j', (place, body, instead) => {
    const read = READERS[place](JSON.stringify(body), 1000);
    expect(read).toMatchObject({
      ok: false,
      problem: { code: 'validation_failed', message: expect.stringMatching(/^expected .*; /) },
    });
    expect(!read.ok && read.problem.message.endsWith(`; ${instead}`)).toBe(true);
  });

  it.each<[Place, unknown]>([
    ['event', event],
    ['event', { ...event, level: 'error' }],
    ['event', { type: 'a' }],
    ['event', { payload: 1 }],
    ['event', {}],
    ['event', null],
    ['batch', { events: [event] }],
    ['batch', { events: [] }],
    ['batch', { event: [event] }],
    ['logs', record],
    ['logs', named],
    ['logs', [record, event]],
    ['logs', { ...event, level: 'error' }],
    ['logs', { ...cloudEvent, level: 'error' }],
    ['logs', { ...event, event_type: 'a' }],
    ['logs', { specversion: '1.0', level: 'info' }],
    ['logs', []],
    ['logs', 'text'],
  ])('%s: %j is read as it is', (place, body) => expect(misplaced(place, body)).toBeUndefined());
});
