import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../helpers/eventually.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a script of the project as its npm command does; `output` grows. */
function run(script: string, ...args: string[]) {
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

it('`npm start` starts everything, tells where it is, and ends at Ctrl-C (C11)', async () => {
  const { child, output, ended } = run('local/start.ts', '--port', '0', '--key', 'given');
  const url = (name: string): string =>
    // On a terminal the URL is coloured.
    new RegExp(`${name} +(?:\x1b\\[\\d+m)?(http://[\\d.:]+)`).exec(output.text)![1]!;
  const api = await eventually(() => url('API'));
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

  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

it('`npm run demo` shows real payloads on their way, and ends with 0 (C11)', async () => {
  const { output, ended } = run('local/demo.ts');
  const code = await ended;
  expect(code, output.text).toBe(0);
  expect(output.text).toContain('All deliveries settled');
  expect(output.text).toContain('"reason": "exhausted"');
}, 180_000);
