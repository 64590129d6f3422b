import { describe, expect, it } from 'vitest';
import { levelOf } from '../../../../lambdas/publishing/forms/log-level.ts';
import { readLogs } from '../../../../lambdas/publishing/forms/log-records.ts';
import { isLogTime } from '../../../../lambdas/publishing/forms/log-time.ts';

/** Records as loggers and shippers write them: the type that each becomes, and the member that holds its time. */
const LINES: readonly [logger: string, record: object, type: string, time?: string][] = [
  ['pino', { level: 30, time: 1763719200123, pid: 7, hostname: 'a', msg: 'up' }, 'log.info', 'time'],
  ['pino, trace', { level: 10, time: 1763719200123, msg: 'up' }, 'log.trace', 'time'],
  ['pino, with a level of its own', { level: 35, time: 1763719200123, msg: 'up' }, 'log.info', 'time'],
  ['pino, fatal', { level: 60, time: 1763719200123, msg: 'down' }, 'log.fatal', 'time'],
  ['pino, above fatal', { level: 70, time: 1763719200123, msg: 'down' }, 'log.fatal', 'time'],
  ['pino, isoTime', { level: 50, time: '2026-11-21T10:00:00.123Z', msg: 'down' }, 'log.error', 'time'],
  [
    'bunyan',
    { name: 'shop', level: 40, msg: 'slow', time: '2026-11-21T10:00:00.123Z', v: 0 },
    'log.warn',
    'time',
  ],
  [
    'winston',
    { level: 'info', message: 'up', timestamp: '2026-11-21T10:00:00.123Z' },
    'log.info',
    'timestamp',
  ],
  ['winston, npm levels', { level: 'silly', message: 'up' }, 'log.silly'],
  ['winston, with a format', { level: 'warn', timestamp: '2026-11-21 10:00:00' }, 'log.warn', 'timestamp'],
  [
    'log4j 2, JSON layout',
    { instant: { epochSecond: 1763719200, nanoOfSecond: 7 }, level: 'ERROR' },
    'log.error',
    'instant',
  ],
  [
    'log4j 2, old JSON layout',
    { timeMillis: 1763719200123, level: 'WARN', loggerName: 'a.B' },
    'log.warn',
    'timeMillis',
  ],
  [
    'log4j 2, ECS layout',
    { '@timestamp': '2026-11-21T10:00:00.123Z', 'log.level': 'ERROR' },
    'log.error',
    '@timestamp',
  ],
  [
    'ECS, nested',
    { '@timestamp': '2026-11-21T10:00:00.123Z', log: { level: 'error' } },
    'log.error',
    '@timestamp',
  ],
  [
    'logback, JSON encoder',
    { timestamp: 1763719200123, nanoseconds: 123000000, level: 'INFO' },
    'log.info',
    'timestamp',
  ],
  [
    'logstash encoder',
    { '@timestamp': '2026-11-21T10:00:00.123+01:00', level: 'INFO', level_value: 20000 },
    'log.info',
    '@timestamp',
  ],
  [
    'java.util.logging',
    { level: 'SEVERE', timestamp: '2026-11-21T10:00:00.123456789+01:00[Europe/Berlin]' },
    'log.severe',
    'timestamp',
  ],
  ['zap', { level: 'info', ts: 1763719200.1234567, caller: 'a.go:7', msg: 'up' }, 'log.info', 'ts'],
  ['zap, ISO 8601', { level: 'dpanic', ts: '2026-11-21T10:00:00.123+0100', msg: 'down' }, 'log.dpanic', 'ts'],
  ['zerolog', { level: 'warn', time: 1763719200, message: 'slow' }, 'log.warn', 'time'],
  ['slog', { time: '2026-11-21T10:00:00.123456789+01:00', level: 'INFO', msg: 'up' }, 'log.info', 'time'],
  [
    'slog, between levels',
    { time: '2026-11-21T10:00:00Z', level: 'INFO+2', msg: 'up' },
    'log.info+2',
    'time',
  ],
  ['logrus', { level: 'warning', msg: 'slow', time: '2026-11-21T10:00:00+01:00' }, 'log.warning', 'time'],
  [
    'hclog',
    { '@level': 'info', '@message': 'up', '@timestamp': '2026-11-21T10:00:00.123456Z' },
    'log.info',
    '@timestamp',
  ],
  ['log15', { lvl: 'eror', msg: 'down', t: '2026-11-21T10:00:00.123Z' }, 'log.eror', 't'],
  [
    'python-json-logger',
    { asctime: '2026-11-21 10:00:00,123', levelname: 'ERROR', message: 'down' },
    'log.error',
    'asctime',
  ],
  ['logging, by number', { created: 1763719200.123, levelno: 30, msg: 'slow' }, 'log.warn', 'created'],
  [
    'structlog',
    { event: 'up', level: 'info', timestamp: '2026-11-21T10:00:00.123456Z' },
    'log.info',
    'timestamp',
  ],
  ['loguru, flat', { level: 'SUCCESS', time: '2026-11-21 10:00:00.123456+00:00' }, 'log.success', 'time'],
  [
    'Powertools',
    {
      level: 'INFO',
      location: 'a:7',
      message: { order: 7 },
      timestamp: '2026-11-21 10:00:00,123+0000',
      service: 'shop',
    },
    'log.info',
    'timestamp',
  ],
  [
    'Lambda, JSON format',
    { timestamp: '2026-11-21T10:00:00.123Z', level: 'ERROR', message: 'down', requestId: 'r' },
    'log.error',
    'timestamp',
  ],
  [
    'Serilog, compact',
    { '@t': '2026-11-21T10:00:00.1234567Z', '@mt': 'down', '@l': 'Error' },
    'log.error',
    '@t',
  ],
  [
    'Serilog, compact, at its default',
    { '@t': '2026-11-21T10:00:00.1234567Z', '@mt': 'up' },
    'log.information',
    '@t',
  ],
  [
    'Serilog, JSON',
    { Timestamp: '2026-11-21T10:00:00.1234567+01:00', Level: 'Warning' },
    'log.warning',
    'Timestamp',
  ],
  [
    '.NET console',
    { Timestamp: '2026-11-21 10:00:00 ', EventId: 0, LogLevel: 'Information', Message: 'up' },
    'log.information',
  ],
  ['NLog', { time: '2026-11-21 10:00:00.1234', level: 'Fatal', message: 'down' }, 'log.fatal', 'time'],
  [
    'Monolog',
    { message: 'down', level: 400, level_name: 'ERROR', datetime: '2026-11-21T10:00:00.123456+00:00' },
    'log.error',
    'datetime',
  ],
  ['Monolog, without the name', { message: 'slow', level: 300, channel: 'app' }, 'log.warn'],
  [
    'Rust tracing',
    { timestamp: '2026-11-21T10:00:00.123456Z', level: 'INFO', fields: { message: 'up' } },
    'log.info',
    'timestamp',
  ],
  [
    'Ruby, semantic_logger',
    { timestamp: '2026-11-21T10:00:00.123456Z', level: 'info', level_index: 2 },
    'log.info',
    'timestamp',
  ],
  [
    'Elixir, Google format',
    { time: '2026-11-21T10:00:00.123Z', severity: 'INFO', message: 'up' },
    'log.info',
    'time',
  ],
  [
    'OpenTelemetry, OTLP',
    {
      timeUnixNano: '1763719200123456789',
      severityNumber: 17,
      severityText: 'Error',
      body: { stringValue: 'down' },
    },
    'log.error',
    'timeUnixNano',
  ],
  [
    'OpenTelemetry, by number',
    { timeUnixNano: '1763719200123456789', severityNumber: 14, body: { stringValue: 'slow' } },
    'log.warn',
    'timeUnixNano',
  ],
  ['OpenTelemetry, unnamed', { severityNumber: 9, severityText: '', body: 'up' }, 'log.info'],
  ['OpenTelemetry, lowest', { severityNumber: 1, body: 'up' }, 'log.trace'],
  ['OpenTelemetry, highest', { severityNumber: 24, body: 'down' }, 'log.fatal'],
  [
    'OpenTelemetry, data model',
    { Timestamp: '1763719200123456789', SeverityText: 'ERROR2', SeverityNumber: 18, Body: 'down' },
    'log.error2',
    'Timestamp',
  ],
  [
    'OpenTelemetry, Python',
    { body: 'down', severity_number: 17, severity_text: 'ERROR', timestamp: '2026-11-21T10:00:00.123456Z' },
    'log.error',
    'timestamp',
  ],
  [
    'journald',
    { __REALTIME_TIMESTAMP: '1763719200123456', PRIORITY: '3', MESSAGE: 'down' },
    'log.error',
    '__REALTIME_TIMESTAMP',
  ],
  ['syslog-ng', { PRIORITY: 'notice', MESSAGE: 'up', DATE: 'Nov 21 10:00:00' }, 'log.notice', 'DATE'],
  [
    'rsyslog',
    { timestamp: 'Nov  1 10:00:00', severity: 'err', host: 'a', message: 'down' },
    'log.err',
    'timestamp',
  ],
  ['syslog by number', { severity: 0, message: 'down' }, 'log.emergency'],
  [
    'GELF',
    { version: '1.1', host: 'a', short_message: 'slow', timestamp: 1763719200.123, level: 4 },
    'log.warn',
    'timestamp',
  ],
  [
    'Google Cloud',
    { severity: 'WARNING', message: 'slow', timestamp: { seconds: 1763719200, nanos: 7 } },
    'log.warning',
    'timestamp',
  ],
  ['Google Cloud, by number', { severity: 500, message: 'down' }, 'log.error'],
  [
    'Azure',
    { time: '2026-11-21T10:00:00.1234567Z', level: 'Informational', category: 'a' },
    'log.informational',
    'time',
  ],
  [
    'Elasticsearch',
    { type: 'server', timestamp: '2026-11-21T10:00:00,123Z', level: 'INFO' },
    'log.info',
    'timestamp',
  ],
  [
    'PostgreSQL',
    { timestamp: '2026-11-21 10:00:00.123 UTC', error_severity: 'FATAL', message: 'down' },
    'log.fatal',
    'timestamp',
  ],
  ['Caddy', { level: 'error', ts: 1763719200.123, logger: 'http', msg: 'down' }, 'log.error', 'ts'],
  ['Traefik', { level: 'debug', msg: 'up', time: '2026-11-21T10:00:00Z' }, 'log.debug', 'time'],
  ['nginx, by hand', { level: 'info', timestamp: '21/Nov/2026:10:00:00 +0000' }, 'log.info', 'timestamp'],
  ['Fluent Bit, with a level', { date: 1763719200.123456, level: 'info', log: 'up' }, 'log.info', 'date'],
  [
    'Vector, with a severity',
    { timestamp: '2026-11-21T10:00:00.123456789Z', severity: 'alert' },
    'log.alert',
    'timestamp',
  ],
  ['a record that names its type', { event_type: 'payment.failed', msg: 'x' }, 'payment.failed'],
];

describe('records of loggers (A8)', () => {
  it.each(LINES)('%s', (_, record, type, time) => {
    const text = JSON.stringify(record);
    expect(readLogs(text, 1000)).toMatchObject({
      ok: true,
      value: [{ ok: true, value: { type, body: Buffer.from(text) } }],
    });
    if (time) expect(isLogTime(record[time as keyof typeof record])).toBe(true);
  });

  it.each<[string, object, string]>([
    ['CloudWatch Logs', { id: '3', timestamp: 1763719200123, message: 'up' }, 'level'],
    ['Fluent Bit', { date: 1763719200.123, log: 'up' }, 'level'],
    ['Docker', { log: 'up\n', stream: 'stderr', time: '2026-11-21T10:00:00.123456789Z' }, 'level'],
    ['zerolog without a level', { time: 1763719200, message: 'up' }, 'level'],
    ['MongoDB', { t: { $date: '2026-11-21T10:00:00.123Z' }, s: 'I', msg: 'up' }, 'level'],
    ['an OTLP request', { resourceLogs: [] }, 'level'],
    ['a Go level by number', { level: -4, msg: 'up' }, 'level'],
    ['a coloured level', { level: '\u001b[32minfo\u001b[39m' }, 'level'],
  ])('%s has no level that is understood, and hears what to do', (_, record, field) => {
    expect(readLogs(JSON.stringify(record), 1000)).toMatchObject({
      value: [{ ok: false, problem: { field, message: expect.stringMatching(/event_type.*level.*error/) } }],
    });
  });
});

describe('the level', () => {
  it.each<[object, string]>([
    [{ level: 30, level_name: 'NOTICE' }, 'notice'],
    [{ level: '30' }, 'info'],
    [{ severity: 'ERROR', level: 'WARN' }, 'warn'],
    [{ severity: 'ERROR', level: 'a b' }, 'error'],
    [{ level: null, severity: 3 }, 'error'],
    [{ level: 7 }, 'debug'],
    [{ level: 99 }, 'fatal'],
  ])('of %j: a name goes before a number, then the first member', (record, level) => {
    expect(levelOf(record as Record<string, unknown>)).toBe(level);
  });
});

describe('times of loggers', () => {
  it.each([
    '2026-11-21T10:00:00Z',
    '2026-11-21t10:00:00.123z',
    '2026-11-21T10:00Z',
    '2026-11-21T10:00:00.1234567890123Z',
    '2026-11-21T10:00:00,123',
    '2026-11-21 10:00:00,123',
    '2026-11-21 10:00:00 +0000',
    '2026-11-21 10:00:00+01',
    '2026-11-21T10:00:00+0530',
    '2026/11/21 10:00:00',
    '2026-11-21 10:00:00.123 UTC',
    '20261121T100000Z',
    '20261121T100000.123+0000',
    '21/Nov/2026:10:00:00 +0000',
    'Sat, 21 Nov 2026 10:00:00 GMT',
    '21 Nov 2026 10:00:00 +0000',
    'Sat Nov 21 10:00:00 2026',
    'Sat Nov  1 10:00:00 UTC 2026',
    'Nov  1 10:00:00',
    '2016-12-31T23:59:60Z',
    '1763719200',
    '1763719200.123',
    '1763719200123',
    '1763719200123456',
    '1763719200123456789',
    0,
    1763719200,
    1763719200.123456,
    1763719200123,
    1763719200123456,
    1763719200123456800,
    { epochSecond: 1763719200, nanoOfSecond: 0 },
    { seconds: '1763719200', nanos: 0 },
  ])('%j is one', (time) => expect(isLogTime(time)).toBe(true));

  it.each([
    'noon',
    '',
    'yesterday at 10:00',
    '2026-11-21',
    '10:00:00',
    '2026-02-30T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:60:00Z',
    '2026-11-21T10:00:61Z',
    '2026-11/21 10:00:00',
    '21/Foo/2026:10:00:00 +0000',
    '2026-11-21T10:00:00Z and more',
    '1'.repeat(21),
    '-1',
    `2026-11-21T10:00:00.${'1'.repeat(100)}Z`,
    -1,
    1e20,
    true,
    [],
    {},
    { seconds: 'now' },
  ])('%j is none', (time) => expect(isLogTime(time)).toBe(false));
});
