import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../cli/endpoint/check-ids.ts';
import { newSecret, publicPartOf } from '../../../lambdas/targets/signature.ts';
import { posthorn, type RunOptions } from '../../helpers/cli.ts';
import { cliProcess } from '../../helpers/cli-process.ts';
import { tlsFixture } from '../../helpers/servers/mutual-tls.ts';
import {
  type Answering,
  asPython,
  good,
  listening,
  SECRET,
  startEndpoint,
  UNTIMED,
  verifies,
} from './endpoints.ts';

const cwd = mkdtempSync(join(tmpdir(), 'posthorn-endpoint-'));
writeFileSync(join(cwd, 'secret.txt'), `${SECRET}\n`);
writeFileSync(join(cwd, 'order.json'), '{"order": 17.50}');

const check = (typed: string, options: RunOptions = {}) =>
  posthorn(`check-endpoint ${typed}`, { cwd, ...options });

const takesAll: Answering = () => ({ status: 204 });

describe('posthorn check-endpoint (A20, E13)', () => {
  it('says of each check how it ends, and what to do where it does not hold', async () => {
    const { url } = await startEndpoint(takesAll);
    const { code, stdout, stderr } = await check(`${url} --secret-file secret.txt ${UNTIMED}`);
    expect(code).toBe(1);
    expect(stderr).toContain(`POST ${url}, signed by standard with key `);
    expect(stdout).toContain('✓ answers             must    204 after ');
    expect(stdout).toMatch(/✗ verifies-signature {2}must {4}204 after .*: it was taken\n {4}Expected: 4xx/);
    expect(stdout).toContain('docs/endpoint-checklist.md#verifies-signature');
    expect(stdout).toContain(
      '– Not made, since it takes what another secret signed: altered-body, old-timestamp, future-timestamp, rotation',
    );
    expect(stdout).toContain('✗ Not a good endpoint yet.');
    expect(`${stdout}${stderr}`).not.toContain(SECRET.slice('whsec_'.length));
  });

  it.each([
    ['json.dumps of Python', asPython, ''],
    [
      'JSON.stringify of JavaScript',
      (body: Buffer) => JSON.stringify(JSON.parse(`${body}`)),
      '--data @order.json',
    ],
  ])('says of one that verifies what %s writes again what is wrong', async (by, written, typed) => {
    const { url, got } = await startEndpoint((one) => ({
      status: verifies(one, written(one.body)) ? 204 : 401,
    }));
    const { code, stdout } = await check(`${url} --secret-file secret.txt ${typed}`);
    expect(code).toBe(1);
    // In JavaScript's form the first event is already, unless it is one's own.
    expect(got).toHaveLength(typed === '' ? 2 : 3);
    expect(stdout).toContain(
      `It verifies JSON that it wrote again, not the bytes: it took an event in the form of ${by}.`,
    );
  });

  it('names a source of secrets once', async () => {
    const { url } = await startEndpoint(good);
    const second = newSecret('standard', Buffer.alloc(32, 8));
    const { stderr } = await check(`${url} --secret ${SECRET} --secret ${second} --only answers`);
    expect(stderr).toMatch(/signed by standard with keys \w{8} and \w{8} \(--secret\)/);
  });

  it('sends what says that it is a test', async () => {
    const { url, got } = await startEndpoint(good);
    await check(`${url} --secret-file secret.txt ${UNTIMED}`);
    const events = got.filter(({ headers }) => headers['posthorn-event-type'] !== 'posthorn.challenge');
    expect(events.map(({ headers }) => headers['posthorn-test'])).toEqual(events.map(() => 'true'));
    const types = new Set(events.map(({ headers }) => headers['posthorn-event-type']));
    expect([...types]).toEqual(['posthorn.check', 'posthorn.check.unknown']);
    expect(JSON.parse(events[0]!.body.toString())).toMatchObject({
      type: 'posthorn.check',
      data: { test: true },
    });
    const [first, again] = events;
    expect(again!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect([first, again].map((one) => one!.headers['posthorn-attempt'])).toEqual(['1', '2']);
  });

  it('sends an event of one’s own as it is written, and the headers of its target', async () => {
    const { url, got } = await startEndpoint(good);
    const own = "--type order.paid --data @order.json -H 'X-Team: orders'";
    const { code } = await check(`${url} ${own} --secret-file secret.txt ${UNTIMED}`);
    expect(code).toBe(0);
    expect(got[0]!.body.toString()).toBe('{"order": 17.50}');
    expect(got[0]!.headers).toMatchObject({ 'posthorn-event-type': 'order.paid', 'x-team': 'orders' });
  });

  it('makes a secret where none is given, and says that the endpoint does not know it', async () => {
    const { url } = await startEndpoint(good);
    const { code, stdout, stderr } = await check(`${url} --only answers`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/export POSTHORN_WEBHOOK_SECRET=whsec_\S{44}\n/);
    expect(stdout).toContain('the endpoint does not know the one that was made');
    const json = JSON.parse((await check(`${url} --only answers --scheme ed25519 --json`)).stdout);
    expect(json).toMatchObject({ passes: false, scheme: 'ed25519', secret: expect.stringMatching(/^whpk_/) });
  });

  it.each(['sha256', 'ed25519'] as const)('signs by %s', async (scheme) => {
    const { url, got } = await startEndpoint(takesAll);
    const secret = newSecret(scheme, Buffer.alloc(32, 9));
    const typed = `${url} --scheme ${scheme} --secret ${secret} --skip verifies-signature no-signature altered-body ${UNTIMED.replace('--skip ', '')}`;
    const { stdout } = await check(`${typed} --json`);
    const header = scheme === 'sha256' ? 'x-hub-signature-256' : 'webhook-signature';
    expect(got[0]!.headers[header]).toMatch(scheme === 'sha256' ? /^sha256=/ : /^v1a,/);
    const old = (JSON.parse(stdout).checks as { id: string; status: string }[]).find(
      ({ id }) => id === 'old-timestamp',
    );
    expect(old!.status).toBe(scheme === 'sha256' ? 'skip' : 'fail');
    expect(stdout).not.toContain(publicPartOf(scheme, secret) ?? secret);
  });

  it('shows what it would send, and sends nothing', async () => {
    const { url, got } = await startEndpoint(good);
    const { code, stdout, stderr } = await check(`${url} --dry-run --with batch bytes challenge`);
    expect([code, got.length]).toEqual([0, 0]);
    expect(stdout).toMatch(/^4 events at once +4 +posthorn.check +\d+$/m);
    expect(stderr).toContain(`Up to 20 requests to ${url}. Nothing was sent.`);
    const plan = JSON.parse((await check(`${url} --dry-run --only quick --json`)).stdout);
    expect(plan).toMatchObject({ requests: 2, checks: ['answers', 'quick'] });
  });

  it('makes the checks that are wanted', async () => {
    const { url } = await startEndpoint(good);
    const idsOf = async (typed: string): Promise<string[]> =>
      JSON.parse((await check(`${url} --secret-file secret.txt ${typed} --json`)).stdout).checks.map(
        ({ id }: { id: string }) => id,
      );
    expect(await idsOf('--only rotation raw-body')).toEqual(['answers', 'rotation', 'raw-body']);
    expect(await idsOf('--skip largest-body challenge')).toEqual(
      CHECK_IDS.filter((id) => !['largest-body', 'challenge', 'batch', 'bytes'].includes(id)),
    );
  });

  it('ends at Ctrl-C, in the midst of a request', async () => {
    const ctrlC = new AbortController();
    const { url } = await startEndpoint(() => {
      ctrlC.abort();
      return 'hang';
    });
    expect(await check(`${url} --only answers`, { signal: ctrlC.signal })).toMatchObject({
      code: 130,
      stdout: '',
    });
  });

  it.each([
    ['', 'expected the URL of an endpoint, or --target with an id'],
    ['ftp://a.example', 'url: expected an address such as http://localhost:3000/hook'],
    ['http://me:pw@localhost:3000', 'url: expected an address without user, password and fragment'],
    ['3000 --secret whsec_abc', '--secret: no secret of the scheme standard: expected 24 to 256 bytes'],
    ['3000 --secret whpk_abc --scheme ed25519', '--secret: no secret of the scheme ed25519'],
    ['3000 --max-bytes 5000000', '--max-bytes: expected a whole number from 1 to 4500000, got "5000000"'],
    ['3000 --data {', '--data: expected JSON, @file with JSON, or - for stdin'],
    ['3000 --type a..b', '--type: expected segments'],
    ["3000 -H 'webhook-id: 1'", '--header webhook-id: this header is set by Posthorn'],
    ["3000 -H 'no header'", 'expected a header as name: value'],
    ['3000 --only speed', 'Allowed choices are address, tls'],
    ['3000 --timeout soon', '--timeout: expected a time such as 30s or 5m'],
  ])('%s is a mistake: %s', async (typed, message) => {
    const { code, stderr } = await check(typed);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('over https (E13)', () => {
  const serve = (): Promise<string> =>
    listening(
      createTlsServer({ cert: tlsFixture('server'), key: tlsFixture('server-key') }, (request, response) => {
        request.resume().on('end', () => response.end('ok'));
      }).on('tlsClientError', () => {}),
      'https',
    );
  const only = ['--only', 'tls', 'certificate'];

  it('a certificate that nobody trusts is found before anything is sent', async () => {
    const url = await serve();
    const { code, stdout } = await check(`${url} ${only.join(' ')} --json`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).checks).toMatchObject([
      { id: 'tls', status: 'fail', seen: expect.stringContaining('certificate') },
      { id: 'certificate', status: 'pass' },
      { id: 'answers', status: 'fail', seen: expect.stringContaining('tls') },
    ]);
  });

  it('an authority of one’s own can be trusted', async () => {
    const ca = fileURLToPath(new URL('../../fixtures/tls/ca.pem', import.meta.url));
    const args = ['check-endpoint', await serve(), ...only, '--json'];
    const ran = cliProcess({ apiUrl: '', key: '' }, args, { NODE_EXTRA_CA_CERTS: ca });
    expect(await ran.ended).toBe(0);
    expect(JSON.parse(ran.stdout).checks[0]).toMatchObject({
      id: 'tls',
      seen: 'TLS 1.3, by Posthorn test authority',
    });
  });
});
