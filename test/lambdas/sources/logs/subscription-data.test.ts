import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_UNPACKED, readLogData } from '../../../../lambdas/sources/logs/subscription-data.ts';

const packed = (message: unknown): object => ({
  awslogs: {
    data: gzipSync(typeof message === 'string' ? message : JSON.stringify(message)).toString('base64'),
  },
});

/** The example of AWS's page. */
const DATA = {
  owner: '111111111111',
  logGroup: 'CloudTrail/logs',
  logStream: '111111111111_CloudTrail/logs_us-east-1',
  subscriptionFilters: ['Destination'],
  messageType: 'DATA_MESSAGE',
  logEvents: [
    {
      id: '31953106606966983378809025079804211143289615424298221568',
      timestamp: 1432826855000,
      message: '{}',
    },
  ],
};

/** As AWS has written it, not as our own code packs it. */
const RECORDED =
  'H4sIAAAAAAAAAHWPwQqCQBCGX0Xm7EFtK+smZBEUgXoLCdMhFtKV3akI8d0bLYmibvPPN3wz00CJxmQnTO41whwWQRIctmEcB6sQbFC3CjW3XW8kxpOpP+OC22d1Wml1qZkQGtoMsScxaczKN3plG8zlaHIta5KqWsozoTYw3/djzwhpLwivWFGHGpAFe7DL68JlBUk+l7KSN7tCOEJ4M3/qOI49vMHj+zCKdlFqLaU2ZHV2a4Ct/an0/ivdX8oYc1UVX860fQDQiMdxRQEAAA==';

describe('readLogData (A8)', () => {
  it('reads lines', () => {
    const data = readLogData(packed(DATA));
    expect(data).toMatchObject({
      kind: 'lines',
      lines: { logGroup: DATA.logGroup, logEvents: DATA.logEvents },
    });
  });

  it('reads what AWS has recorded', () => {
    const data = readLogData({ awslogs: { data: RECORDED } });
    expect(data).toMatchObject({
      kind: 'lines',
      lines: { owner: '123456789123', logGroup: 'testLogGroup', logStream: 'testLogStream' },
    });
  });

  it('knows a control message', () => {
    const control = {
      ...DATA,
      messageType: 'CONTROL_MESSAGE',
      owner: 'CloudwatchLogs',
      logGroup: '',
      logStream: '',
    };
    expect(readLogData(packed(control))).toEqual({ kind: 'control' });
  });

  it.each<[string, unknown, string]>([
    ['another event', { Records: [] }, 'expected {"awslogs"'],
    ['null', null, 'expected {"awslogs"'],
    ['no base64', { awslogs: { data: '***' } }, 'expected base64 of gzip'],
    ['no gzip', { awslogs: { data: 'aGVsbG8=' } }, 'expected base64 of gzip'],
    ['half of it', { awslogs: { data: RECORDED.slice(0, 80) } }, 'expected base64 of gzip'],
    ['no JSON', packed('x'), 'expected JSON'],
    ['another type', packed({ ...DATA, messageType: 'NEWS' }), 'expected messageType'],
    ['a list', packed([DATA]), 'expected messageType'],
    ['no group', packed({ ...DATA, logGroup: undefined }), 'logGroup'],
    [
      'a line without an id',
      packed({ ...DATA, logEvents: [{ timestamp: 1, message: '' }] }),
      'logEvents.0.id',
    ],
  ])('does not read %s', (_, event, problem) => {
    const data = readLogData(event);
    expect(data).toMatchObject({ kind: 'unreadable', problem: expect.stringContaining(problem) });
  });

  it('unpacks no more than a function bears', () => {
    const bomb = { awslogs: { data: gzipSync(Buffer.alloc(MAX_UNPACKED + 1, ' ')).toString('base64') } };
    expect(JSON.stringify(bomb).length).toBeLessThan(100_000);
    expect(readLogData(bomb)).toEqual({
      kind: 'unreadable',
      problem: `expected at most ${MAX_UNPACKED} bytes, unpacked`,
    });
  });

  it('never throws', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.base64String().map((data) => ({ awslogs: { data } })),
      fc.json().map((json) => packed(json)),
      fc.record({ messageType: fc.constant('DATA_MESSAGE'), logEvents: fc.anything() }).map(packed),
    );
    fc.assert(
      fc.property(anything, (event) => ['lines', 'control', 'unreadable'].includes(readLogData(event).kind)),
    );
  });
});
