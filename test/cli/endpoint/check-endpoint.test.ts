import { describe, expect, it } from 'vitest';
import { posthorn, type RunOptions } from '../../helpers/cli.ts';
import { refusingUrl } from '../../helpers/servers/endpoint.ts';
import { ENDPOINTS, SECRET, startEndpoint, startHasty, UNTIMED } from './endpoints.ts';

interface Report {
  readonly passes: boolean;
  readonly requests: number;
  readonly secret?: string;
  readonly checks: readonly {
    readonly id: string;
    readonly level: string;
    readonly status: 'pass' | 'warn' | 'fail' | 'skip';
    readonly seen: string;
    readonly advice?: string;
  }[];
}

const env = { POSTHORN_WEBHOOK_SECRET: SECRET };

async function check(url: string, typed = '', options: RunOptions = {}) {
  const ran = await posthorn(`check-endpoint ${url} ${typed} --json`, { env, ...options });
  const report = ran.stdout === '' ? undefined : (JSON.parse(ran.stdout) as Report);
  return { ...ran, report: report!, found: wrongIn(report) };
}

/** Checks that neither hold nor are skipped. */
const wrongIn = (report?: Report): Record<string, string> =>
  Object.fromEntries(
    (report?.checks ?? [])
      .filter(({ status }) => status === 'fail' || status === 'warn')
      .map(({ id, status }) => [id, status]),
  );

describe('posthorn check-endpoint finds what is wrong with (E13)', () => {
  it.each(Object.entries(ENDPOINTS))(
    '%s',
    { timeout: 30_000 },
    async (_, { endpoint, typed = UNTIMED, found: expected }) => {
      const { url, got } = await startEndpoint(endpoint);
      const { code, stderr, report, found } = await check(url, typed);
      expect(found).toEqual(expected);
      expect(report.passes).toBe(!Object.values(expected).includes('fail'));
      expect([code, stderr]).toEqual([report.passes ? 0 : 1, '']);
      expect(report.requests).toBe(got.length);
      expect(got.length).toBeLessThanOrEqual(20);
    },
  );

  it('one that answers before it reads', async () => {
    const { url } = await startHasty();
    expect((await check(url)).found).toEqual({ 'verifies-signature': 'fail', 'no-signature': 'fail' });
  });

  it('a port without a listener', async () => {
    const { code, report, found } = await check(await refusingUrl());
    expect([code, report.requests, found]).toEqual([5, 1, { answers: 'fail' }]);
  });
});
