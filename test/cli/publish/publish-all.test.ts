import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { posthorn } from '../../helpers/cli.ts';
import { eventually } from '../../helpers/eventually.ts';
import { serveApi } from '../../helpers/servers/api.ts';

interface Sent {
  readonly id: string;
  readonly type: string;
}

/** An API that takes batches until it takes none any more. */
async function publishing(requests = Number.POSITIVE_INFINITY) {
  const taken: string[] = [];
  const api = await serveApi(({ body }, count) => {
    const { events } = JSON.parse(body) as { events: Sent[] };
    if (count > requests) return { status: 403, body: { error: 'forbidden', message: 'the key has ended' } };
    taken.push(...events.map(({ id }) => id));
    return {
      status: 202,
      body: { accepted: events.length, rejected: 0, events: events.map(({ id }) => ({ id })) },
    };
  });
  return { taken, env: { POSTHORN_URL: api.url, POSTHORN_KEY: 'phk_key' } };
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, n) => `{"type":"a.b","data":${n}}\n`).join('');

const printed = (stdout: string): { line: number; id?: string; error?: string }[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

it('publish-batch stops where nothing is accepted any more, and accounts for all that it has read (A20)', async () => {
  const { taken, env } = await publishing(2);
  const ran = await posthorn('events publish-batch - --in-order --json', { env, stdin: lines(1000) });
  expect(ran.code).toBe(4);
  const all = printed(ran.stdout);
  expect(all.map(({ line }) => line)).toEqual(all.map((_, place) => place + 1));
  expect(all.flatMap(({ id }) => id ?? [])).toEqual(taken);
  expect(taken).toHaveLength(200);
  expect(all.slice(200).every(({ error }) => error !== undefined)).toBe(true);
  expect(ran.stderr).toContain(`200 accepted, `);
  expect(ran.stderr).toContain(`Nothing after line ${all.length} was read: it was stopped.`);
  expect(ran.stderr).toContain('the key has ended');
});

it('publish-batch ends at Ctrl-C with what it has read, also while nothing comes (A20)', async () => {
  const { taken, env } = await publishing();
  const ctrlC = new AbortController();
  const input = new PassThrough();
  const ran = posthorn('events publish-batch - --json', { env, input, signal: ctrlC.signal });
  input.write(lines(3));
  await eventually(() => expect(taken).toHaveLength(3));
  ctrlC.abort();
  const { code, stdout, stderr } = await ran;
  expect(code).toBe(130);
  expect(printed(stdout).map(({ id }) => id)).toEqual(taken);
  expect(stderr).toBe('3 accepted.\nNothing after line 3 was read: Ctrl-C has ended it.\n');
});

it('publish-batch counts on a terminal (A20)', async () => {
  const { env } = await publishing();
  const data = '[{"type":"a.b","data":1},{"type":"a.b","data":2}]';
  const ran = await posthorn(['events', 'publish-batch', data], { env, isTerminal: true });
  expect(ran).toMatchObject({ code: 0, stdout: '' });
  expect(ran.stderr).toBe('\r\u001b[2K1 accepted …\r\u001b[2K2 accepted.\n');
});

it('publish-batch says where events have to come from (A20)', async () => {
  const { env } = await publishing(0);
  const ran = await posthorn('events publish-batch @nothing.ndjson', { env });
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain('there is no such file');
  expect(await posthorn('events publish-batch events.ndjson', { env })).toMatchObject({ code: 2 });
  expect(await posthorn('events publish-batch -', { env, isTerminal: true })).toMatchObject({ code: 2 });
});
