import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, type TestContext } from 'vitest';
import { type Arrival, startReceiver } from '../../../local/receiver.ts';
import { posthorn } from '../../helpers/cli.ts';
import { eventually } from '../../helpers/eventually.ts';
import { sendAsPrinted } from '../../helpers/printed-aws.ts';

const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** For what `npm start` says of itself to tools of this user. */
const env = { POSTHORN_CONFIG_DIR: mkdtempSync(join(tmpdir(), 'posthorn-start-')) };

/** Starts a script of the project as its npm command does; `output` grows. */
function run({ onTestFinished }: TestContext, script: string, ...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...env },
  });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output.text += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output, ended };
}

const STARTED_WITHIN_MS = 90_000;
/** Of a test that starts it. */
const TEST_MS = 2 * STARTED_WITHIN_MS;

/** The lines of README.md's first steps, as they are typed. */
const readmeLines = (): string[] => {
  const text = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const [, block = ''] = /## Your first webhook\n.*?```sh\n(.*?)```/s.exec(text) ?? [];
  return block
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +#.*$/, ''));
};

/** What is typed after `npx posthorn`. */
const typedIn = (line: string): string => /^npx posthorn (.*)$/.exec(line)![1]!;

it.concurrent(
  '`npm start` starts everything, prints its addresses and what happens, and ends at Ctrl-C (A20, C11, D7)',
  async (context) => {
    const { child, output, ended } = run(
      context,
      'local/start.ts',
      '--port',
      '0',
      '--console-port',
      '0',
      '--key',
      'given',
      '--verbose',
    );
    const url = (name: string): string => {
      // On a terminal the URL is coloured.
      const found = new RegExp(`${name} +(?:\x1b\\[\\d+m)?(http://[\\d.:]+)`).exec(output.text);
      if (!found) throw new Error(`no ${name} in ${output.text}`);
      return found[1]!;
    };
    // It synthesises and bundles everything first, beside all that this machine does.
    const api = await eventually(() => url('API'), { timeout: STARTED_WITHIN_MS });
    const [, token] = /Console +\S+\/#link=(phl_[\w-]+)/.exec(output.text)!;
    const redeemed = await fetch(`${url('Console')}/v1/session/redeem`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'posthorn-console': 'console' },
      body: JSON.stringify({ token }),
    });
    expect(redeemed.status).toBe(201);
    const [cookie = ''] = redeemed.headers.getSetCookie()[0]!.split(';');
    const pages = { cookie, 'posthorn-console': 'console' };
    expect((await fetch(`${url('Console')}/v1/targets`, { headers: pages })).status).toBe(200);
    expect((await fetch(`${url('Console')}/v1/targets`, { headers: { cookie } })).status).toBe(401);
    expect(await (await fetch(`${api}/health`)).json()).toMatchObject({ status: 'ok' });

    const call = async (path: string, body: object): Promise<number> => {
      const headers = { authorization: 'Bearer given', 'content-type': 'application/json' };
      return (await fetch(`${api}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
    };
    expect(await call('/v1/subscriptions', { url: `${url('Receiver')}/hook`, events: ['payment.**'] })).toBe(
      201,
    );
    expect(await call('/v1/events', { type: 'payment.processor.failure', data: { amount: 1200.5 } })).toBe(
      202,
    );
    await eventually(() => expect(output.text).toContain('POST /hook  payment.processor.failure'));

    const subscription = { url: `${url('Receiver')}/hook`, events: ['order.**', 'order-shipped'] };
    expect(await call('/v1/subscriptions', subscription)).toBe(201);
    await sendAsPrinted(output.text);
    await eventually(() => expect(output.text).toContain('POST /hook  order.created'));
    await eventually(() => expect(output.text).toContain('POST /hook  order-shipped'));

    const [start, listen = '', trigger = '', ...others] = readmeLines();
    expect({ start, others }).toEqual({ start: 'npm start', others: [] });
    const arrivals: Arrival[] = [];
    const server = await startReceiver((arrival) => {
      arrivals.push(arrival);
      return { status: 200 };
    });
    context.onTestFinished(server.close);
    const stop = new AbortController();
    let said = '';
    // Nothing is set but where `npm start` has said that it runs.
    const listening = posthorn(typedIn(listen).replace('localhost:3000', new URL(server.url).host), {
      env,
      signal: stop.signal,
      onStderr: (text) => {
        said += text;
      },
    });
    await eventually(() => expect(said).toContain('Ready'));
    const triggered = await posthorn(typedIn(trigger), { env });
    expect(triggered).toMatchObject({ code: 0 });
    const id = triggered.stdout.trim();
    await eventually(() => expect(arrivals.map(({ headers }) => headers['webhook-id'])).toHaveLength(1));
    stop.abort();
    expect(await listening).toMatchObject({ code: 0, stdout: expect.stringContaining('← 200') });
    const to = `to ${url('Receiver')}/hook`;
    for (const line of [
      `accepted payment.processor.failure ${id}, `,
      `2 subscriptions match payment.processor.failure ${id}`,
      `delivered payment.processor.failure ${id} ${to} in `,
    ]) {
      await eventually(() => expect(output.text).toContain(line));
    }
    expect(output.text).not.toContain('_aws');

    child.kill('SIGINT');
    expect(await ended).toBe(0);
  },
  TEST_MS,
);

it.concurrent('`npm run demo` delivers real payloads, and ends with 0 (C11)', async (context) => {
  const { output, ended } = run(context, 'local/demo.ts');
  const code = await ended;
  expect(code, output.text).toBe(0);
  expect(output.text).toContain('All deliveries settled');
  expect(output.text).toContain('"reason": "exhausted"');
}, 180_000);
