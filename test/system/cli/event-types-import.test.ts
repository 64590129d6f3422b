import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { cliOf, type RunOptions } from '../../helpers/cli.ts';
import { type List, sharedCloud } from '../../helpers/cloud.ts';

const shared = await sharedCloud();

async function desk(files: Readonly<Record<string, string>>) {
  const cloud = await shared.neighbour();
  const cwd = mkdtempSync(join(tmpdir(), 'posthorn-import-'));
  const write = (name: string, text: string): void => {
    mkdirSync(join(cwd, dirname(name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const run = cliOf(cloud);
  return {
    api: cloud.api,
    write,
    posthorn: (typed: string, options: RunOptions = {}) => run(typed, { cwd, ...options }),
    types: async () =>
      (await cloud.api.call<List<Record<string, unknown>>>('GET', '/v1/event-types?limit=200')).items,
  };
}

const MONEY = '{"type": "object", "properties": {"amount": {"type": "number"}}}';
const FOLDER = {
  'schemas/order.placed.schema.json': `{"title": "Placed", "type": "object", "properties": {"total": {"$ref": "money.json"}}, "examples": [{"total": {"amount": 1}}]}`,
  'schemas/order/paid.yaml': 'type: object\nrequired: [id]\n',
  'schemas/money.json': MONEY,
};

it('takes the types of a folder into the catalogue, shows the difference before, and is done (A20)', async () => {
  const { posthorn, types, write, api } = await desk(FOLDER);
  const dry = await posthorn('event-types import schemas --dry-run --exit-code', {
    env: { FORCE_COLOR: '1' },
  });
  expect(dry).toMatchObject({ code: 10 });
  expect(dry.stdout).toContain('\u001b[32m+  "description": "Placed",');
  expect(await types()).toEqual([]);

  const made = await posthorn('event-types import schemas');
  expect(made).toMatchObject({ code: 0 });
  expect(made.stdout).toBe(
    '✓ created order.paid schemas/order/paid.yaml\n✓ created order.placed schemas/order.placed.schema.json\n',
  );
  expect(made.stderr).toContain('2 created, 0 changed, 0 unchanged, 0 refused.');
  expect(await types()).toMatchObject([
    { name: 'order.paid', schema: { required: ['id'] } },
    {
      name: 'order.placed',
      description: 'Placed',
      sample: { total: { amount: 1 } },
      schema: { properties: { total: { $ref: '#/$defs/money' } } },
    },
  ]);
  expect(await posthorn('event-types import schemas --dry-run --exit-code')).toMatchObject({
    code: 0,
    stdout: '= order.paid\n= order.placed\n',
  });

  // What the documents say nothing of stays.
  await api.call('PATCH', '/v1/event-types/order.paid', { description: 'by hand', metadata: { team: 'a' } });
  write('schemas/order/paid.yaml', 'type: object\nrequired: [id, at]\n');
  const changed = await posthorn('event-types import schemas --dry-run');
  expect(changed.stdout).toContain('--- catalogue: order.paid\n+++ schemas/order/paid.yaml: order.paid\n');
  expect(changed.stdout).toContain('+      "at"');
  expect(await posthorn('event-types import schemas --json')).toMatchObject({ code: 0 });
  expect((await types())[0]).toMatchObject({
    description: 'by hand',
    metadata: { team: 'a' },
    schema: { required: ['id', 'at'] },
  });
});

it('says of each type why it is refused, goes on with the others, and ends with 1 (A20)', async () => {
  const { posthorn, types } = await desk({
    'api.yaml': `
openapi: 3.1.0
webhooks:
  good: { post: { requestBody: { content: { application/json: { schema: { type: object } } } } } }
  'bad name': { post: { requestBody: { content: { application/json: { schema: {} } } } } }
  misfit: { post: { requestBody: { content: { application/json: { schema: { type: number }, example: x } } } } }
  wrong: { post: { requestBody: { content: { application/json: { schema: { type: nothing } } } } } }
  large: { post: { requestBody: { content: { application/json: { schema: {}, example: '${'x'.repeat(500_000)}' } } } } }
  far: { post: { requestBody: { content: { application/json: { schema: { $ref: 'https://example.com/s' } } } } } }
`,
  });
  const run = await posthorn('event-types import api.yaml --prefix shop.');
  expect(run).toMatchObject({ code: 1 });
  expect(run.stdout.split('\n').map((line) => line.split(':')[0])).toEqual([
    '✗ refused far api.yaml#/webhooks/far',
    '✓ created shop.good api.yaml#/webhooks/good',
    '✗ refused shop.bad name api.yaml#/webhooks/bad name',
    '✗ refused shop.misfit api.yaml#/webhooks/misfit',
    '✗ refused shop.wrong api.yaml#/webhooks/wrong',
    '✗ refused shop.large api.yaml#/webhooks/large',
    '',
  ]);
  expect(run.stdout).toContain('name: expected segments of letters');
  expect((await types()).map(({ name }) => name)).toEqual(['shop.good']);
  const json = JSON.parse((await posthorn('event-types import api.yaml --prefix shop. --json')).stdout);
  expect(json.items.map(({ action }: { action: string }) => action).sort()).toEqual([
    ...['keep', 'refuse', 'refuse', 'refuse', 'refuse', 'refuse'],
  ]);
});

it('reads stdin, and says what it can not read', async () => {
  const { posthorn, types } = await desk({ 'bad.json': '{', 'none.txt': '', 'empty/a.txt': '' });
  const stdin = 'asyncapi: 3.0.0\ncomponents: { messages: { a.b: { payload: { type: object } } } }';
  expect(await posthorn('event-types import -', { stdin })).toMatchObject({ code: 0 });
  expect((await types()).map(({ name }) => name)).toEqual(['a.b']);
  expect((await posthorn('event-types import bad.json')).stderr).toMatch(/^error: bad\.json:1: /);
  expect(await posthorn('event-types import empty')).toMatchObject({ code: 1 });
  expect(await posthorn('event-types import nothing.yaml')).toMatchObject({ code: 1 });
});
