import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLevelOf } from '../../../../lambdas/sources/logs/plain-level.ts';

const ID = '8f5c1a40-1c1f-4b8e-9d35-1d7e6f7f0e11';

describe('plainLevelOf (A8)', () => {
  it.each<[name: string, line: string, level: string | undefined]>([
    ['Lambda, Node.js', `2026-11-28T10:00:00.123Z\t${ID}\tERROR\tpayment failed`, 'error'],
    ['Lambda, Node.js, before a request', '2026-11-28T10:00:00.123Z\tundefined\tINFO\tstarting', 'info'],
    ['Lambda, Python', `[ERROR]\t2026-11-28T10:00:00.123Z\t${ID}\tpayment failed`, 'error'],
    ['Lambda, Python, uncaught', "[ERROR] KeyError: 'x'\nTraceback (most recent call last):", 'error'],
    ['Lambda, a timeout', `2026-11-28T10:00:00.123Z ${ID} Task timed out after 3.00 seconds`, 'error'],
    ['Lambda, an exit', `RequestId: ${ID} Error: Runtime exited with error: signal: killed`, 'error'],
    ['syslog, RFC 5424', '<165>1 2026-11-28T10:00:00Z host app 123 ID47 - started', 'notice'],
    ['syslog, RFC 3164', '<11>Nov 28 10:00:00 host su: failed', 'error'],
    ['no syslog priority', '<999>x', undefined],
    ['glog', 'E1128 10:00:00.123456 123 server.go:10] cannot listen', 'error'],
    ['klog', 'W1128 10:00:00.123456       1 reflector.go:535] failed to list', 'warn'],
    ['Ruby', 'E, [2026-11-28T10:00:00.123456 #17] ERROR -- : boom', 'error'],
    ['logfmt', 'time=2026-11-28T10:00:00Z level=warning msg="disk is full"', 'warning'],
    ['logfmt, quoted', 'ts=1 lvl="crit" msg=x', 'critical'],
    ['no level in logfmt', 'msg="set level=high"', undefined],
    ['nginx', '2026/11/28 10:00:00 [crit] 12#12: *1 connect() failed', 'critical'],
    ['Apache', '[Sat Nov 28 10:00:00.1 2026] [core:error] [pid 35] AH00037: denied', 'error'],
    ['Serilog', '[10:00:00 ERR] payment failed', 'error'],
    ['.NET', 'fail: Shop.Payments[0]', 'error'],
    ['.NET, critical', 'crit: Shop.Payments[0]', 'critical'],
    ['Python', 'WARNING:root:disk is full', 'warning'],
    ['uvicorn', 'INFO:     127.0.0.1:1234 - "GET / HTTP/1.1" 200 OK', 'info'],
    ['a name with a colon', 'error: no such file', 'error'],
    ['Python, with a logger', '2026-11-28 10:00:00,123 - shop.payments - CRITICAL - declined', 'critical'],
    ['Python, a logger of one word', '2026-11-28 10:00:00,123 - payments - ERROR - declined', 'error'],
    ['logback', '10:00:00.123 [http-nio-8080-exec-1] ERROR c.e.shop.Payments - declined', 'error'],
    [
      'log4j, a thread with blanks',
      '2026-11-28 10:00:00,123 [pool 1 thread 2] WARN  com.shop.Pay - slow',
      'warn',
    ],
    ['Spring Boot', '2026-11-28T10:00:00.123Z  INFO 1 --- [main] c.e.Shop : Started', 'info'],
    ['java.util.logging', 'SEVERE: Servlet failed', 'severe'],
    ['loguru', '2026-11-28 10:00:00.123 | ERROR    | shop:pay:10 - declined', 'error'],
    ['PostgreSQL', '2026-11-28 10:00:00.123 UTC [123] FATAL:  password failed', 'fatal'],
    ['MySQL', '2026-11-28T10:00:00.123456Z 0 [ERROR] [MY-010119] [Server] Aborting', 'error'],
    ['a process before it', 'Nov 28 10:00:00 host app[17]: ERROR declined', 'error'],
    ['a capital word first', 'ERROR payment declined', 'error'],
    ['a colon behind it', 'payments ERROR: declined', 'error'],
    ['Go', 'panic: runtime error: index out of range', 'panic'],
    ['Java', 'Exception in thread "main" java.lang.NullPointerException', 'error'],
    ['Python, uncaught', 'Traceback (most recent call last):\n  File "x.py", line 1', 'error'],
    ['a word of the text', 'the check found no ERROR in the file', undefined],
    ['a word of the second line', 'all is well\nERROR is what it would say', undefined],
    ['a lower-case word', 'an error occurred', undefined],
    ['an ordinary word', 'ALERT sent to 3 people', undefined],
    ['an access log', '127.0.0.1 - - [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 500 12', undefined],
    ['another word with a colon', 'note: this is fine', undefined],
    ['too far back', `${'x.y '.repeat(70)}ERROR z`, undefined],
    ['nothing', '', undefined],
  ])('%s', (_, line, level) => {
    expect(plainLevelOf(line)).toBe(level);
  });

  it('ends soon for a hostile line', () => {
    const pieces = ['[', ']', 'ERROR', ' ', '\t', ':', 'level=', '"', '<', '2026-', 'x.', '-', '|', '\n'];
    const lines = fc.array(fc.constantFrom(...pieces), { maxLength: 400 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(lines, (line) => {
        const began = performance.now();
        plainLevelOf(line);
        expect(performance.now() - began).toBeLessThan(1000);
      }),
    );
  });
});
