import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../cli/files/yaml.ts';
import { cliOf, type RunOptions } from '../../helpers/cli.ts';
import { type List, type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';

const first = await sharedCloud();

interface Thing {
  readonly id: string;
  readonly [member: string]: unknown;
}

/** A tenant of its own, a folder, and the tool. */
async function desk(cloud?: SharedCloud) {
  const own = cloud ?? (await first.neighbour());
  const cwd = mkdtempSync(join(tmpdir(), 'posthorn-apply-'));
  const run = cliOf(own);
  return {
    api: own.api,
    cwd,
    cloud: own,
    write: (name: string, text: string) => writeFileSync(join(cwd, name), text),
    read: (name: string) => readFileSync(join(cwd, name), 'utf8'),
    posthorn: (typed: string, options: RunOptions = {}) => run(typed, { cwd, ...options }),
    list: async (kind: string) => (await own.api.call<List<Thing>>('GET', `/v1/${kind}?limit=200`)).items,
  };
}

/** The keys of a section of a file. */
function sectionOf(text: string, section: string): string[] {
  const [source] = parseYaml({ name: 'file', text }).sources;
  return Object.keys((source!.value as Record<string, object>)[section]!);
}

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const SHOP = `
name: shop
eventTypes:
  order.placed:
    description: Somebody has ordered.
    schema: { type: object, required: [amount] }
    sample: { amount: 12 }
filters:
  orders:
    events: [order.**]
    where: { source: [shop] }
targets:
  warehouse:
    url: https://warehouse.example.com/hook
    headers:
      x-team: orders
      authorization: { fromEnv: WAREHOUSE_TOKEN }
    secret: { fromEnv: WAREHOUSE_SECRET }
    retry: steady
subscriptions:
  warehouse-orders:
    target: warehouse
    filter: orders
    metadata: { team: logistics }
  books:
    name: Bookkeeping
    url: https://books.example.com/hook
    events: [order.paid, order.refunded]
  large:
    target: warehouse
    events: [order.placed]
    filters: { amount: 1000 }
`;
const env = { WAREHOUSE_TOKEN: 'Bearer a', WAREHOUSE_SECRET: SECRET };

describe('apply', () => {
  it('makes what a file says, shows what it made once, and then has nothing to do (E6)', async () => {
    const { posthorn, write, list, api } = await desk();
    write('shop.yaml', SHOP);
    const dry = await posthorn('apply -f shop.yaml --dry-run --exit-code', { env });
    expect(dry).toMatchObject({ code: 10 });
    expect(dry.stdout).toContain('+ create subscription books');
    expect(await list('targets')).toEqual([]);

    const made = await posthorn('apply -f shop.yaml --yes', { env });
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toMatch(/✓ created target warehouse tgt_/);
    // The secret of the file's own is not shown, that of the other target is.
    expect(made.stdout).not.toContain(SECRET);
    expect(made.stdout.match(/whsec_/g)).toHaveLength(1);
    expect(made.stdout + made.stderr).not.toContain('Bearer a');
    const targets = await list('targets');
    expect(targets.map(({ url }) => url).sort()).toEqual([
      'https://books.example.com/hook',
      'https://warehouse.example.com/hook',
    ]);
    const warehouse = targets.find(({ metadata }) => metadata)!;
    expect(warehouse.metadata).toEqual({ 'posthorn.apply': 'shop/warehouse' });
    expect(await api.call('GET', `/v1/targets/${warehouse.id}/secrets`)).toMatchObject({
      items: [{ secret: SECRET }],
    });

    const again = await posthorn('apply -f shop.yaml --yes', { env });
    expect(again).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing to do.\n' });
    expect(await posthorn('apply -f shop.yaml --dry-run --exit-code', { env })).toMatchObject({ code: 0 });
  });

  it('changes what differs, also what is never shown, and nothing else (E6)', async () => {
    const { posthorn, write, api, list } = await desk();
    write('shop.yaml', SHOP);
    await posthorn('apply -f shop.yaml --yes', { env });
    write('shop.yaml', SHOP.replace('retry: steady', 'timeoutSeconds: 5').replace('[order.paid, ', '['));
    const changed = await posthorn('apply -f shop.yaml --yes --json', {
      env: { ...env, WAREHOUSE_TOKEN: 'Bearer b' },
    });
    const { plan, result } = JSON.parse(changed.stdout);
    expect(plan.filter(({ action }: { action: string }) => action !== 'keep')).toMatchObject([
      {
        action: 'change',
        key: 'warehouse',
        fields: [
          { field: 'headers.authorization', before: '[hidden]', after: '[hidden]' },
          { field: 'retry', before: { schedule: [10, 30, 60, 300, 900] } },
          { field: 'timeoutSeconds', before: 15, after: 5 },
        ],
      },
      {
        action: 'change',
        key: 'books',
        fields: [
          { field: 'filter.events', before: ['order.paid', 'order.refunded'], after: ['order.refunded'] },
        ],
      },
    ]);
    expect(result).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }]);

    // What somebody has changed elsewhere is brought back; another target is taken for the file's.
    const books = (await list('subscriptions')).find(({ name }) => name === 'Bookkeeping')!;
    await api.call('PATCH', `/v1/subscriptions/${books.id}`, { description: 'by hand' });
    write('shop.yaml', SHOP.replace('url: https://books.example.com/hook', 'target: warehouse'));
    const back = await posthorn('apply -f shop.yaml --yes', { env });
    expect(back).toMatchObject({ code: 0 });
    expect(back.stdout).toContain('description: by hand → (none)');
    expect(back.stdout).toMatch(/target: tgt_\w+ → warehouse/);
    expect(await posthorn('apply -f shop.yaml --yes', { env })).toMatchObject({ stderr: 'Nothing to do.\n' });
    expect(await list('targets')).toHaveLength(1);
  });

  it('asks at a terminal, and does nothing when the answer is no (E6)', async () => {
    const { posthorn, write, list } = await desk();
    write('a.yaml', 'name: a\nfilters: { f: { events: [a] } }\n');
    const no = await posthorn('apply -f a.yaml', { isTerminal: true, stdin: 'n' });
    expect(no).toMatchObject({ code: 1 });
    expect(no.stderr).toContain('nothing was done');
    expect(await list('filters')).toEqual([]);
    const yes = await posthorn('apply -f a.yaml', { isTerminal: true, stdin: 'y' });
    expect(yes).toMatchObject({ code: 0 });
    expect(yes.stderr).toContain('1 to create, 0 to change, 0 to delete, 0 unchanged. Do it?');
    expect(await list('filters')).toHaveLength(1);
  });

  it('deletes only what files of the name have made, and only with --prune (E6)', async () => {
    const { posthorn, write, api, list } = await desk();
    const byHand = await api.call<Thing>('POST', '/v1/targets', {
      url: 'https://warehouse.example.com/hook',
    });
    write('shop.yaml', SHOP);
    write('other.yaml', 'name: other\nfilters: { all: { events: ["*"] } }\n');
    await posthorn('apply -f shop.yaml -f other.yaml --yes', { env });
    write('shop.yaml', 'name: shop\nfilters: { orders: { events: [order.**] } }\n');
    const kept = await posthorn('apply -f shop.yaml --yes', { env });
    expect(kept.stdout).toContain('left as they are');
    expect(await list('subscriptions')).toHaveLength(3);

    const pruned = await posthorn('apply -f shop.yaml --yes --prune', { env });
    expect(pruned).toMatchObject({ code: 0 });
    expect(pruned.stdout).toContain('- delete event type order.placed');
    expect(await list('subscriptions')).toEqual([]);
    expect((await list('targets')).map(({ id }) => id)).toEqual([byHand.id]);
    expect((await list('filters')).map(({ events }) => events)).toEqual([['order.**'], ['**']]);
    expect(await list('event-types')).toEqual([]);
  });

  it('says before anything is done what is wrong, and where (E6)', async () => {
    const { posthorn, write, list } = await desk();
    write(
      'bad.yaml',
      'name: shop\ntargets:\n  a:\n    url: ftp://example.com\n  b: { url: https://b.example.com, timeoutSeconds: 90 }\nfilters:\n  f: { events: [] }\n',
    );
    const refused = await posthorn('apply -f bad.yaml --yes');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('bad.yaml:4: targets.a.url: expected');
    expect(refused.stderr).toContain('bad.yaml:5: targets.b.timeoutSeconds:');
    expect(refused.stderr).toContain('bad.yaml:7: filters.f.events:');
    write(
      'shape.yaml',
      'name: shop\nsubscriptions:\n  s: { url: https://a.example.com, filter: none, evnts: [a] }\n',
    );
    expect((await posthorn('apply -f shape.yaml --yes')).stderr).toContain(
      'shape.yaml:3: subscriptions.s.evnts: unknown field; did you mean events?',
    );
    write('env.yaml', SHOP);
    expect((await posthorn('apply -f env.yaml --yes')).stderr).toContain(
      'targets.warehouse.secret: expected the environment variable WAREHOUSE_SECRET, which is not set',
    );
    expect(await posthorn('apply --yes')).toMatchObject({ code: 2 });
    expect(await posthorn('apply -f env.yaml', { env })).toMatchObject({ code: 2 });
    expect(await list('targets')).toEqual([]);
  });

  it('goes on where a run was refused half-way (E6)', async () => {
    const { posthorn, write, list, cloud } = await desk();
    await first.operator.api.call('PATCH', `/v1/tenants/${cloud.tenant}`, { limits: { targets: 1 } });
    write(
      'shop.yaml',
      'name: shop\nfilters: { f: { events: [a] } }\ntargets: { a: { url: https://a.example.com }, b: { url: https://b.example.com } }\nsubscriptions:\n  one: { target: a, filter: f }\n  two: { target: b, filter: f }\n',
    );
    const half = await posthorn('apply -f shop.yaml --yes');
    expect(half).toMatchObject({ code: 1 });
    expect(half.stdout).toContain('✗ refused target b: expected at most 1 targets');
    expect(half.stdout).toContain('✗ skipped subscription two: it needs the target b, which was not made');
    expect(half.stdout).toContain('✓ created subscription one');
    expect(half.stderr).toContain('2 of it was not done');
    await first.operator.api.call('PATCH', `/v1/tenants/${cloud.tenant}`, { limits: { targets: 2 } });
    const rest = await posthorn('apply -f shop.yaml --yes');
    expect(rest).toMatchObject({ code: 0 });
    expect(rest.stdout.match(/✓ created/g)).toHaveLength(2);
    expect(await list('subscriptions')).toHaveLength(2);
  });
});

describe('export', () => {
  it('writes a file that changes nothing, and makes the same for another tenant (E6)', async () => {
    const { posthorn, write, api, list, read } = await desk();
    write('shop.yaml', SHOP);
    await posthorn('apply -f shop.yaml --yes', { env });
    await api.call('POST', '/v1/subscriptions', {
      name: 'by hand',
      url: 'https://hand.example.com/?key=1',
      headers: { 'x-a': '1' },
      events: ['a.*'],
    });
    const target = await api.call<Thing>('POST', '/v1/targets', {
      url: 'https://alone.example.com',
      name: 'Alone, "quoted": 1',
      metadata: { on: 'yes' },
      rateLimit: { perSecond: 3 },
      active: false,
    });
    await api.call('POST', '/v1/alert-rules', {
      name: 'rule',
      when: { metric: 'deadLetters' },
      notify: { targetId: target.id },
    });
    const all = await posthorn('export -o all.yaml');
    expect(all).toMatchObject({ code: 0, stdout: '' });
    expect(read('all.yaml').replace(/\b(tgt|flt|sub)_\w+/g, '$1_…')).toMatchInlineSnapshot(`
      "# What there is, as \`posthorn apply -f\` takes it.

      name: exported
      eventTypes:
        order.placed:
          description: Somebody has ordered.
          schema:
            type: object
            required:
              - amount
          sample:
            amount: 12
      filters:
        orders:
          id: flt_…
          events:
            - order.**
          where:
            source:
              - shop
      targets:
        alone-quoted-1:
          id: tgt_…
          name: 'Alone, "quoted": 1'
          # secret: { fromEnv: ALONE_QUOTED_1_SECRET } goes here; without it a new target gets a new one
          url: https://alone.example.com
          rateLimit:
            perSecond: 3
          active: false
          metadata:
            on: yes
        warehouse:
          id: tgt_…
          # secret: { fromEnv: WAREHOUSE_SECRET } goes here; without it a new target gets a new one
          url: https://warehouse.example.com/hook
          # [hidden] keeps the value that the target has; a text or { fromEnv: NAME } replaces it
          headers:
            x-team: "[hidden]"
            authorization: "[hidden]"
          retry: steady
      subscriptions:
        books:
          id: sub_…
          name: Bookkeeping
          # secret: { fromEnv: BOOKS_SECRET } goes here; without it a new target gets a new one
          url: https://books.example.com/hook
          events:
            - order.paid
            - order.refunded
        by-hand:
          id: sub_…
          name: by hand
          # secret: { fromEnv: BY_HAND_SECRET } goes here; without it a new target gets a new one
          url: https://hand.example.com/?key=1
          # [hidden] keeps the value that the target has; a text or { fromEnv: NAME } replaces it
          headers:
            x-a: "[hidden]"
          events:
            - a.*
        large:
          id: sub_…
          target: warehouse
          events:
            - order.placed
          where:
            data:
              amount:
                - 1000
        warehouse-orders:
          id: sub_…
          metadata:
            team: logistics
          target: warehouse
          filter: orders
      "
    `);
    expect(await posthorn('apply -f all.yaml --yes')).toMatchObject({ code: 0, stderr: 'Nothing to do.\n' });

    const labelled = await posthorn('export --label shop');
    expect(labelled.stdout).not.toMatch(/id: (tgt|flt|sub)_/);
    expect(sectionOf(labelled.stdout, 'subscriptions')).toEqual(['books', 'large', 'warehouse-orders']);
    write('shop2.yaml', labelled.stdout);
    expect(await posthorn('apply -f shop2.yaml --yes --prune')).toMatchObject({ stderr: 'Nothing to do.\n' });

    const portable = await posthorn('export --portable --name copied');
    const there = await desk();
    there.write('copied.yaml', portable.stdout);
    const values = { WAREHOUSE_AUTHORIZATION: 'a', WAREHOUSE_X_TEAM: 'b', BY_HAND_X_A: 'c' };
    expect(await there.posthorn('apply -f copied.yaml --yes', { env: values })).toMatchObject({ code: 0 });
    const shown = (things: readonly Thing[]) =>
      things
        .map(({ url, events, name, active, rateLimit }) =>
          JSON.stringify({ url, events, name, active, rateLimit }),
        )
        .sort();
    for (const kind of ['targets', 'event-types']) {
      expect(shown(await there.list(kind))).toEqual(shown(await list(kind)));
    }
    expect(await there.list('subscriptions')).toHaveLength(4);
    expect(await there.posthorn('apply -f copied.yaml --yes', { env: values })).toMatchObject({
      stderr: 'Nothing to do.\n',
    });
  });

  it('has nothing for a name that has made nothing', async () => {
    const { posthorn, cwd } = await desk();
    expect(await posthorn('export --label nobody')).toMatchObject({ code: 3 });
    expect(JSON.parse((await posthorn('export --json')).stdout)).toEqual({ name: 'exported' });
    mkdirSync(join(cwd, 'empty'));
    expect(await posthorn('apply -f empty --yes')).toMatchObject({ code: 1 });
  });
});
