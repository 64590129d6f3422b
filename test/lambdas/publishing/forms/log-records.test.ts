import { describe, expect, it } from 'vitest';
import type { NewEvent, Read } from '../../../../lambdas/publishing/event-checks.ts';
import { readLogLines, readLogs } from '../../../../lambdas/publishing/forms/log-records.ts';

const MAX = 1000;
const seen = (read: Read<Read<NewEvent>[]>) =>
  read.ok
    ? read.value.map((each) =>
        each.ok ? [each.value.type, each.value.body.toString()] : [each.problem.code, each.problem.field],
      )
    : read.problem.field;

describe('log records (A8)', () => {
  it.each([
    ['{"level":"ERROR","message":"m"}', 'log.error'],
    ['{"level":"warn-2","event_type":"payment.failed"}', 'payment.failed'],
    ['{"event_type":"payment.failed"}', 'payment.failed'],
    ['{"level":{},"event_type":"payment.failed"}', 'payment.failed'],
    ['{"level":"error","event_type":null,"timestamp":null}', 'log.error'],
    ['{"event_type":"s3:ObjectCreated:Put"}', 's3:ObjectCreated:Put'],
    ['{"level":"a","message":{"code":7}}', 'log.a'],
    ['{"level":"info","timestamp":1763719200000,"anything":[1]}', 'log.info'],
    ['{"level":"info","timestamp":"2026-11-21T10:00:00.123+01:00"}', 'log.info'],
  ])('%s is an event of type %s, with its text as payload', (text, type) => {
    expect(seen(readLogs(` ${text}\n`, MAX))).toEqual([[type, text]]);
  });

  it("has the record's source, where that is a text", () => {
    const [named, other] = ['{"level":"a","source":"billing"}', '{"level":"a","source":{"host":"x"}}'].map(
      (text) => readLogs(text, MAX),
    );
    expect(named).toMatchObject({
      value: [{ value: { source: 'billing', contentType: 'application/json' } }],
    });
    expect(other).toMatchObject({ value: [{ value: { source: undefined } }] });
  });

  it.each([
    ['{}', 'level'],
    ['{"level":"a b"}', 'level'],
    ['{"level":null}', 'level'],
    ['{"level":{"name":"error"}}', 'level'],
    ['{"level":9}', 'level'],
    ['{"level":"9"}', 'level'],
    ['{"level":-4}', 'level'],
    ['{"level":1.5}', 'level'],
    ['{"level":150}', 'level'],
    ['{"level":"info.2"}', 'level'],
    ['{"severity":"a b"}', 'severity'],
    ['{"severityText":"","severityNumber":0}', 'severityText'],
    ['{"severityNumber":25}', 'severityNumber'],
    [`{"level":"${'x'.repeat(33)}"}`, 'level'],
    ['{"event_type":"a..b"}', 'event_type'],
    ['{"level":"a","event_type":7}', 'event_type'],
    ['{"level":"a","timestamp":"noon"}', 'timestamp'],
    ['{"level":"a","timestamp":true}', 'timestamp'],
    ['{"level":"a","source":"a\\u0000"}', 'source'],
  ])('refuses %s', (text, field) => {
    expect(seen(readLogs(text, MAX))).toEqual([['validation_failed', field]]);
    expect(seen(readLogs(`[{"level":"a"},${text}]`, MAX))).toEqual([
      ['log.a', '{"level":"a"}'],
      ['validation_failed', `[1].${field}`],
    ]);
  });

  it('refuses a record that is too large', () => {
    expect(seen(readLogs(`{"level":"a","m":"${'x'.repeat(MAX)}"}`, MAX))).toEqual([
      ['payload_too_large', undefined],
    ]);
  });

  it.each(['[]', JSON.stringify(Array(1001).fill({ level: 'a' })), '{'])('refuses all of %.20s', (text) => {
    expect(readLogs(text, MAX).ok).toBe(false);
  });
});

describe('log records by the line (A8)', () => {
  it('passes over empty lines, and refuses by itself what is not JSON', () => {
    expect(seen(readLogLines('{"level":"a"}\r\n\n  \n{"level":\n{"level":"b", "n":1.10}\n7', MAX))).toEqual([
      ['log.a', '{"level":"a"}'],
      ['malformed_json', '[1]'],
      ['log.b', '{"level":"b", "n":1.10}'],
      ['validation_failed', '[3]'],
    ]);
  });

  it.each(['', '\n\n', '{"level":"a"}\n'.repeat(1001)])('refuses none, and more than 1000', (text) => {
    expect(readLogLines(text, MAX).ok).toBe(false);
  });
});
