import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, type TestContext } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { curl } from '../../helpers/guide/curl.ts';

const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts a script of the project as its npm command does; `output` grows. */
function run({ onTestFinished }: TestContext, script: string, ...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { cwd: projectRoot });
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

/** The lines of README.md's first steps, as they are pasted. */
const readmeLines = (): string[] => {
  const text = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, block = ''] = /## Use it\n.*?```sh\n(.*?)```/s.exec(text) ?? [];
  return block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
};

it.concurrent('`npm start` starts everything, prints its addresses and what happens, and ends at Ctrl-C (C11, D7)', async (context) => {
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
  const url = (name: string): string =>
    // On a terminal the URL is coloured.
    new RegExp(`${name} +(?:\x1b\\[\\d+m)?(http://[\\d.:]+)`).exec(output.text)![1]!;
  const api = await eventually(() => url('API'));
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
  expect(await call('/v1/events', { type: 'payment.processor.failure', data: { amount: 1200.5 } })).toBe(202);
  await eventually(() => expect(output.text).toContain('POST /hook  payment.processor.failure'));

  const [, ...given] = /export API=(\S+) KEY=(\S+) RECEIVER=(\S+)/.exec(output.text)!;
  const variables = new Map(['API', 'KEY', 'RECEIVER'].map((name, i) => [name, given[i]!]));
  const [subscribe, publish, list, ...others] = readmeLines();
  expect(others).toEqual([]);
  expect((await curl(subscribe!, variables)).status).toBe(201);
  expect(await curl(publish!, variables)).toMatchObject({ status: 202, text: '{"id":"failure-17"}' });
  await eventually(async () => {
    expect(JSON.parse((await curl(list!, variables)).text)).toMatchObject({
      items: [{ status: 'delivered' }, { status: 'delivered' }],
    });
  });
  const to = `to ${url('Receiver')}/hook`;
  for (const line of [
    'accepted payment.processor.failure failure-17, 19 bytes',
    '2 subscriptions match payment.processor.failure failure-17',
    `delivered payment.processor.failure failure-17 ${to} in `,
  ]) {
    expect(output.text).toContain(line);
  }
  expect(output.text).not.toContain('_aws');

  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

it.concurrent('`npm run demo` delivers real payloads, and ends with 0 (C11)', async (context) => {
  const { output, ended } = run(context, 'local/demo.ts');
  const code = await ended;
  expect(code, output.text).toBe(0);
  expect(output.text).toContain('All deliveries settled');
  expect(output.text).toContain('"reason": "exhausted"');
}, 180_000);
