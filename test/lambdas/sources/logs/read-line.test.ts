import { describe, expect, it } from 'vitest';
import { readLine } from '../../../../lambdas/sources/logs/read-line.ts';

const PLACE = { owner: '111111111111', logGroup: '/shop/app', logStream: 'i-1' };
const read = (message: string, rules = {}, id = '1') =>
  readLine({ level: 'info', ...rules }, PLACE, {
    id,
    timestamp: Date.parse('2026-11-28T10:00:00Z'),
    message,
  });

const report = (status: string) =>
  JSON.stringify({
    time: '2026-11-28T10:00:00Z',
    type: 'platform.report',
    record: { requestId: 'a', status },
  });

describe('readLine (A8)', () => {
  it.each<[name: string, line: string, type: string | undefined]>([
    ['JSON with a level', '{"level":"ERROR","message":"x"}', 'log.error'],
    ['JSON with a number', '{"level":50}', 'log.error'],
    ['JSON without a level', '{"message":"x"}', 'log.info'],
    ['JSON with a level that is none', '{"level":"so so"}', 'log.info'],
    ['its own type', '{"event_type":"payment.failed","level":"error"}', 'payment.failed'],
    ['a type that is none', '{"event_type":"user logged in","level":"warn"}', 'log.warn'],
    ['a type of Posthorn’s own', '{"event_type":"posthorn.x","level":"warn"}', 'log.warn'],
    ['a type that is no text', '{"event_type":5,"level":"warn"}', 'log.warn'],
    ['a list', '[{"level":"error"}]', 'log.info'],
    ['broken JSON', '{"level":"error"', 'log.info'],
    ['a plain line with a level', 'ERROR: declined', 'log.error'],
    ['a plain line without', 'all is well', 'log.info'],
    ['an empty line', ' \n', undefined],
    ['START', 'START RequestId: 8f5c1a40-1c1f-4b8e-9d35-1d7e6f7f0e11 Version: $LATEST\n', undefined],
    ['END', 'END RequestId: 8f5c1a40-1c1f-4b8e-9d35-1d7e6f7f0e11\n', undefined],
    ['REPORT', 'REPORT RequestId: 8f5c1a40\tDuration: 1 ms\tBilled Duration: 2 ms', undefined],
    ['INIT_START', 'INIT_START Runtime Version: nodejs:24.v1\tRuntime Version ARN: arn:…', undefined],
    ['platform.start', '{"time":"…","type":"platform.start","record":{"requestId":"a"}}', undefined],
    ['a report of success', report('success'), undefined],
    ['a report of a timeout', report('timeout'), 'log.error'],
    ['a record of an app with such a type', '{"type":"platform.start","level":"warn"}', 'log.warn'],
  ])('%s', (_, line, type) => {
    expect(read(line)?.event.type).toBe(type);
  });

  it('keeps the bytes of JSON', () => {
    const line = '{ "level":"info",  "price": 1.10, "n": 12345678901234567890, "e":"\\u00e9" }';
    expect(Buffer.from(read(`${line}\n`)!.event.body).toString()).toBe(line);
  });

  it('makes a record of a plain line', () => {
    const { event } = read('ERROR: declined\n  at pay()\n')!;
    expect(event).toMatchObject({ contentType: 'application/json', source: '/shop/app' });
    expect(JSON.parse(Buffer.from(event.body).toString())).toEqual({
      timestamp: '2026-11-28T10:00:00.000Z',
      level: 'error',
      message: 'ERROR: declined\n  at pay()',
      logGroup: '/shop/app',
      logStream: 'i-1',
    });
  });

  it('takes the source’s level, and Lambda’s lines where they are wanted', () => {
    expect(read('all is well', { level: 'notice' })?.event.type).toBe('log.notice');
    expect(read(report('success'), { platformLines: true })?.event.type).toBe('log.info');
    expect(read('END RequestId: x', { platformLines: true })?.event.type).toBe('log.info');
  });

  it('names an event by its coordinates', () => {
    const id = read('x')!.event.id;
    expect(id).toMatch(/^log_[0-9a-f]{32}$/);
    expect(read('y')!.event.id).toBe(id);
    expect(read('x', {}, '2')!.event.id).not.toBe(id);
  });
});
