import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPorts, portOf, portRangesOf } from '../../../lambdas/http-client/ports.ts';
import { specialPurposeOfHost } from '../../../lambdas/http-client/public-address.ts';
import { type Allowed, targetUrlProblem } from '../../../lambdas/http-client/target-url.ts';
import { runs } from '../../helpers/runs.ts';

const PRODUCTION: Allowed = {
  http: false,
  privateAddresses: false,
  ports: portRangesOf(defaultPorts(false))!,
};
const LAPTOP: Allowed = { http: true, privateAddresses: true, ports: portRangesOf(defaultPorts(true))! };

/** `no` nowhere, `laptop` there alone, `yes` everywhere. */
type Where = 'no' | 'laptop' | 'yes';

const CASES: Record<string, Record<string, Where>> = {
  schemes: {
    'https://example.com/hook?x=1': 'yes',
    'HTTPS://example.com/': 'yes',
    'http://example.com/': 'laptop',
    'http://localhost:9000/hook': 'laptop',
    'ftp://example.com': 'no',
    'ws://example.com': 'no',
    'wss://example.com': 'no',
    'file:///etc/passwd': 'no',
    'javascript:alert(1)': 'no',
    'data:text/plain,x': 'no',
    'blob:https://example.com/x': 'no',
    'view-source:https://example.com/': 'no',
    'example.com': 'no',
    '//example.com': 'no',
    '/hook': 'no',
    '': 'no',
  },
  slashes: {
    'http:127.0.0.1/y': 'no',
    'http:/127.0.0.1/y': 'no',
    'http:///127.0.0.1/y': 'no',
    'https:example.com': 'no',
    'https:/example.com': 'no',
    'https:///example.com': 'no',
    'https:////example.com': 'no',
    'https:\\\\example.com': 'no',
    'https:/\\example.com': 'no',
    'https://example.com\\@8.8.8.8/': 'no',
    'https://example.com\\hook': 'no',
    'https://': 'no',
    'https:': 'no',
    'https://?x': 'no',
    'https://example.com': 'yes',
    'https://example.com//': 'yes',
    'https://example.com/a/../b': 'yes',
    'https://example.com?x=1': 'yes',
    'https://example.com/hook?': 'yes',
  },
  'blanks and control characters': {
    'https://example.com/a b': 'no',
    ' https://example.com': 'no',
    'https://example.com ': 'no',
    'https://exam\tple.com/': 'no',
    'https://exam\nple.com/': 'no',
    'ht\ntps://example.com/': 'no',
    'https://example.com/\r\nX-Evil: 1': 'no',
    'https://example.com/\0': 'no',
    'https://example.com/\x7f': 'no',
    'https://example.com/\x85': 'no',
    'https://example.com/\u00a0': 'no',
    'https://example.com/\u2028': 'no',
    'https://example.com/\ufeff': 'no',
    'https://example.com/%20%0d%0a': 'yes',
    'https://example.com/\ud83d': 'no',
    'https://example.com/\ud83d\ude00': 'yes',
  },
  'fragments and credentials': {
    'https://example.com/#here': 'no',
    'https://example.com/#': 'no',
    'https://example.com#': 'no',
    'https://example.com/?x#': 'no',
    'https://example.com/%23': 'yes',
    'https://user:pass@example.com/': 'no',
    'https://user@example.com/': 'no',
    'https://:pass@example.com/': 'no',
    'https://@example.com/': 'no',
    'https://:@example.com/': 'no',
    'https://example.com@8.8.8.8/': 'no',
    'https://example.com/@me': 'yes',
    'https://example.com?a@b': 'yes',
    'https://example.com/%40': 'yes',
  },
  ports: {
    'https://example.com:443/': 'yes',
    'https://example.com:00443/': 'yes',
    'https://example.com:/': 'yes',
    'https://example.com:1024/': 'yes',
    'https://example.com:8443/': 'yes',
    'https://example.com:65535/': 'yes',
    'https://example.com:80/': 'laptop',
    'http://example.com:80/': 'laptop',
    'http://example.com:443/': 'laptop',
    'https://example.com:0/': 'no',
    'http://example.com:0/': 'no',
    'https://example.com:00/': 'no',
    'https://example.com:1/': 'no',
    'https://example.com:22/': 'no',
    'https://example.com:25/': 'no',
    'https://example.com:1023/': 'no',
    'https://example.com:65536/': 'no',
    'https://example.com:-1/': 'no',
    'https://example.com:http/': 'no',
    'https://example.com:443:443/': 'no',
  },
  names: {
    'https://EXAMPLE.com/': 'yes',
    'https://example.com./': 'yes',
    'https://example.com.:8443/': 'yes',
    'https://example.com../': 'no',
    'https://.example.com/': 'no',
    'https://example..com/': 'no',
    'https://./': 'no',
    'https://../': 'no',
    'https://a_b.example.com/': 'yes',
    'https://-a.example.com/': 'yes',
    'https://bücher.example/': 'yes',
    'https://xn--bcher-kva.example/': 'yes',
    'https://example。com/': 'yes',
    'https://ｅｘａｍｐｌｅ.com/': 'yes',
    'https://%65xample.com/': 'yes',
    'https://example.com%2f@8.8.8.8/': 'no',
    'https://exa%00mple.com/': 'no',
    'https://exa%20mple.com/': 'no',
    'https://exa*mple.com/': 'no',
    "https://exa'mple.com/": 'no',
    'https://exa,mple.com/': 'no',
    'https://exa;mple.com/': 'no',
    'https://exa(mple.com/': 'no',
    'https://exa$mple.com/': 'no',
    'https://exa~mple.com/': 'no',
    'https://exa<mple.com/': 'no',
    'https://{host}/': 'no',
    'https://\u00ad/': 'no',
    [`https://${'a'.repeat(63)}.example/`]: 'yes',
    [`https://${'a'.repeat(64)}.example/`]: 'no',
    [`https://${'a.'.repeat(126)}a/`]: 'yes',
    [`https://${'a.'.repeat(126)}a./`]: 'yes',
    [`https://${'a.'.repeat(127)}a/`]: 'no',
  },
  addresses: {
    'https://8.8.8.8/': 'yes',
    'https://8.8.8.8./': 'yes',
    'https://134744072/': 'yes',
    'https://[2600::1]/': 'yes',
    'https://[2600::1]:8443/': 'yes',
    'https://[::1]': 'laptop',
    'https://[::1]./': 'no',
    'https://[::1]:/': 'laptop',
    'https://[::1/': 'no',
    'https://::1/': 'no',
    'https://[::1%25eth0]/': 'no',
    'https://[fe80::1%eth0]/': 'no',
    'https://[8.8.8.8]/': 'no',
    'https://8.8.8.8.8/': 'no',
    'https://256.8.8.8/': 'no',
    'https://0x7f.1/': 'laptop',
    'https://127.0.0.1./': 'laptop',
    'https://localhost./': 'laptop',
  },
  lengths: {
    [`https://example.com/${'x'.repeat(2028)}`]: 'yes',
    [`https://example.com/${'x'.repeat(2029)}`]: 'no',
  },
};

describe.each(Object.entries(CASES))('%s of a target’s URL (D1)', (_, cases) => {
  it.each(Object.entries(cases))('%j: %s', (url, where) => {
    const problems = [targetUrlProblem(url, PRODUCTION), targetUrlProblem(url, LAPTOP)];
    expect(problems.map((problem) => problem === undefined)).toEqual([where === 'yes', where !== 'no']);
    for (const problem of problems) if (problem !== undefined) expect(problem).toMatch(/^expected /);
  });
});

it('says which ports there are', () => {
  expect(targetUrlProblem('https://example.com:25/', LAPTOP)).toBe(
    'expected port 80, 443, 1024 to 65535, got 25',
  );
  const ports = portRangesOf('8443')!;
  expect(targetUrlProblem('https://example.com/', { ...PRODUCTION, ports })).toBe(
    'expected port 8443, got 443',
  );
  expect(targetUrlProblem('https://example.com:8443/', { ...PRODUCTION, ports })).toBeUndefined();
});

/** Texts that are nearly URLs. */
const nearly = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...'/:@#?[].\\%-0 \t') },
      {
        weight: 3,
        arbitrary: fc.constantFrom('example', 'com', 'localhost', '127.0.0.1', '::1', '443', '25', 'xn--'),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2 }) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

it('what is taken leads where it says, over https, to a port and a host that are allowed', () => {
  let taken = 0;
  const begin = fc.constantFrom('https://', 'https://', 'https://example.com', 'https:', 'http://', '');
  fc.assert(
    fc.property(begin, fc.oneof(nearly, fc.webUrl({ withQueryParameters: true })), (scheme, rest) => {
      const text = scheme + rest;
      if (targetUrlProblem(text, PRODUCTION) !== undefined) return;
      taken++;
      const url = new URL(text);
      expect(url).toMatchObject({ protocol: 'https:', username: '', password: '', hash: '' });
      expect(specialPurposeOfHost(url.hostname)).toBeUndefined();
      expect(portOf(url)).toSatisfy((port: number) => port === 443 || (port >= 1024 && port <= 65_535));
      // It is read as the same URL again, so what is posted to is what was checked.
      expect(targetUrlProblem(url.href.slice(0, 2048), PRODUCTION)).toBeUndefined();
      expect(url.href.slice(url.origin.length)).toMatch(/^\/[\x21-\x7e]*$/);
    }),
    { numRuns: runs(3000) },
  );
  expect(taken).toBeGreaterThan(100);
});
