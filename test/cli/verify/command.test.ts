import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_KINDS } from '../../../cli/verify/problems.ts';
import { posthorn, type RunOptions } from '../../helpers/cli.ts';
import { AT, pair, SECONDS, signedBy } from './requests.ts';

const cwd = mkdtempSync(join(tmpdir(), 'posthorn-verify-'));
const BODY = '{"amount":1200.50}';
const { sender, endpoint } = pair('standard', 1);

/** Runs it where the files are, at the time of the request. */
const verify = (typed: string, options: RunOptions = {}) =>
  posthorn(`verify ${typed}`, { cwd, now: () => AT + 5000, ...options });

beforeAll(async () => {
  const message = { id: 'evt_1', seconds: SECONDS, body: Buffer.from(BODY) };
  const headers = await signedBy('standard', [sender], message);
  const lines = headers.map(({ name, value }) => `${name}: ${value}`);
  const files: Record<string, string> = {
    'headers.txt': lines.join('\n'),
    'headers.json': JSON.stringify(Object.fromEntries(headers.map(({ name, value }) => [name, value]))),
    'curl.txt': ['* Connected', ...lines.map((line) => `> ${line}`), '> ', '< HTTP/1.1 200 OK'].join('\n'),
    'body.json': BODY,
    'edited.json': `${BODY}\n`,
    'request.http': ['POST /hook HTTP/1.1', ...lines, '', BODY].join('\r\n'),
    'lambda.json': JSON.stringify({
      headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
      body: btoa(BODY),
      isBase64Encoded: true,
      requestContext: { timeEpoch: AT + 2000 },
    }),
    'secret.txt': `${endpoint}\n`,
    'other.txt': pair('standard', 2).endpoint,
    'empty.txt': '\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
});

describe('posthorn verify (A20)', () => {
  it.each([
    '--request request.http --secret-file secret.txt',
    '--headers headers.txt --body body.json --secret-file secret.txt',
    '--headers headers.json --body @body.json --secret-file other.txt secret.txt',
    '--headers curl.txt --body body.json --secret-file secret.txt',
    `--request request.http --secret ${endpoint}`,
  ])('%s', async (typed) => {
    const { code, stdout, stderr } = await verify(typed);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('✓ The request verifies.');
    expect(stdout).toContain('2026-11-28T12:00:00.000Z, 5 s before it arrived');
    expect(stdout).not.toContain(endpoint.slice('whsec_'.length));
  });

  it('takes the body from stdin, byte for byte, and the secret from the environment', async () => {
    const env = { POSTHORN_WEBHOOK_SECRET: endpoint };
    const typed = '--headers headers.txt';
    expect(await verify(typed, { env, stdin: BODY })).toMatchObject({ code: 0 });
    const { code, stdout } = await verify(typed, { env, stdin: `${BODY}\r\n` });
    expect(code).toBe(1);
    expect(stdout).toContain('✗ The body is not what was signed: it got a line break (CR LF) at its end');
    expect(stdout).toContain('It has 20 bytes; 18 were signed.');
    expect(stdout).toContain('printf %s instead of echo');
  });

  it('takes headers one by one, and what time the capture says', async () => {
    const { stdout } = await verify(
      "-H 'webhook-id: evt_1' -H 'webhook-timestamp: 1' --body body.json --secret-file secret.txt --tolerance none --json",
    );
    expect(JSON.parse(stdout)).toMatchObject({ verifies: false, problems: [{ kind: 'missing_header' }] });
    const later = { now: () => AT + 1e9 };
    expect(await verify('--request lambda.json --secret-file secret.txt', later)).toMatchObject({ code: 0 });
  });

  it('has a verdict for programs', async () => {
    const { code, stdout, stderr } = await verify(
      '--headers headers.txt --body edited.json --secret-file secret.txt --at 2026-11-28T12:10:00Z --json',
    );
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      verifies: false,
      scheme: 'standard',
      webhookId: 'evt_1',
      signedAt: '2026-11-28T12:00:00.000Z',
      key: { from: 'secret.txt' },
      problems: [
        { kind: 'body_changed', changes: ['trailing_newline'], bytes: 19, signedBytes: 18 },
        { kind: 'too_old', ageSeconds: 600, bySeconds: 300 },
      ],
    });
  });

  it.each([
    ['--tolerance 600', 0],
    ['--tolerance none', 0],
    ['', 1],
  ])('at a later time, %s: %i', async (typed, code) => {
    const now = () => AT + 600_000;
    expect((await verify(`--request request.http --secret-file secret.txt ${typed}`, { now })).code).toBe(
      code,
    );
  });

  it.each([
    [
      '--request request.http',
      'expected a secret: --secret-file, POSTHORN_WEBHOOK_SECRET, or --target with an id',
    ],
    ['--secret-file secret.txt', 'expected a captured request: --request, or --headers and --body'],
    ['--request request.http --secret-file empty.txt', 'empty.txt: expected a secret, and it is empty'],
    [
      '--request request.http --secret-file secret.txt --tolerance soon',
      '--tolerance: expected seconds, or none',
    ],
    ['--request request.http --secret-file secret.txt --at soon', 'expected a time such as'],
    ['--request body.json --secret-file secret.txt', 'expected a request as JSON to have headers'],
    ['--headers body.json --body body.json --secret-file secret.txt --scheme v1', 'argument'],
    ["-H 'no header' --body body.json --secret-file secret.txt", 'expected a header as name: value'],
  ])('%s is a mistake: %s', async (typed, message) => {
    const { code, stdout, stderr } = await verify(typed);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('says which file is not there', async () => {
    const { code, stderr } = await verify('--request none.http --secret-file secret.txt');
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no such file')]);
  });

  it('keeps what is captured from moving the cursor', async () => {
    const { stdout } = await verify(
      "-H 'webhook-id: evt\u001b[2J' --headers headers.txt --body body.json --secret-file secret.txt",
    );
    expect(stdout).not.toContain('\u001b');
  });

  it('has each kind of problem on its page', () => {
    const page = readFileSync(new URL('../../../docs/cli-verify.md', import.meta.url), 'utf8');
    expect(PROBLEM_KINDS.filter((kind) => !page.includes(`\`${kind}\``))).toEqual([]);
  });
});
