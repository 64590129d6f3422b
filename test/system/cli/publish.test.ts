import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cliOf } from '../../helpers/cli.ts';
import { type List, type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const first = await sharedCloud();
const endpoint = await startEndpoint(() => ({ status: 200 }));
const folder = mkdtempSync(join(tmpdir(), 'posthorn-publish-'));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return `@${name}`;
};

/** A tenant of its own, whose events all arrive. */
async function desk() {
  const cloud = await first.neighbour();
  const { id } = await cloud.api.call<{ id: string }>('POST', '/v1/targets', { url: endpoint.url });
  await cloud.api.call('POST', '/v1/subscriptions', { targetId: id, filter: { events: ['**'] } });
  const run = cliOf(cloud);
  return {
    cloud,
    posthorn: (typed: Parameters<typeof run>[0], options = {}) => run(typed, { cwd: folder, ...options }),
  };
}

/** The request that an event arrived in. */
const arrivalOf = (id: string) =>
  eventually(() => {
    const found = endpoint.arrivals.find(({ headers }) => headers['webhook-id'] === id);
    expect(found).toBeDefined();
    return found!;
  });

const listed = async (cloud: SharedCloud): Promise<string[]> =>
  (await cloud.api.call<List<{ id: string }>>('GET', '/v1/events?limit=200')).items.map(({ id }) => id);

const printed = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map(
      (line) =>
        JSON.parse(line) as { line: number; event: number; id?: string; field?: string; error?: string },
    );

describe('events publish', () => {
  it('delivers a payload as it was written, with all that an event may have (A20)', async () => {
    const { cloud, posthorn } = await desk();
    const data = '{"total": 19.90, "number": 12345678901234567890}';
    const ran = await posthorn([
      ...['events', 'publish', 'order.paid', data, '--id', 'mine-1', '--source', 'till'],
      ...['--priority', 'critical', '--region', 'eu-central-1', '--wait'],
    ]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('It was delivered.');
    expect((await arrivalOf('mine-1')).body.toString()).toBe(data);
    expect(await cloud.api.call('GET', '/v1/events/mine-1')).toMatchObject({
      source: 'till',
      priority: 'critical',
      region: 'eu-central-1',
    });

    const key = ['--idempotency-key', 'k-1', '--json'];
    const set = ['events', 'publish', 'order.paid', '--data', '-', '--set', 'data.n=2', ...key];
    const once = await posthorn(set, { stdin: '{"n":1}' });
    const twice = await posthorn(set, { stdin: '{"n":1}' });
    expect(once).toMatchObject({ code: 0 });
    expect(twice.stdout).toBe(once.stdout);
    expect((await arrivalOf(JSON.parse(once.stdout).id)).body.toString()).toBe('{"n":2}');
    const other = await posthorn(set, { stdin: '{"m":1}' });
    expect(other).toMatchObject({ code: 1, stdout: '' });
  });

  it('sends bytes of any kind, and CloudEvents (A20)', async () => {
    const { posthorn } = await desk();
    const text = Buffer.concat([Buffer.from('Grüße '), Buffer.from([0xff])]);
    const bytes = await posthorn('events publish order.note --data - --content-type text/plain', {
      stdin: text,
    });
    expect(bytes).toMatchObject({ code: 0 });
    const arrived = await arrivalOf(bytes.stdout.trim());
    expect(arrived.body).toEqual(text);
    expect(arrived.headers['content-type']).toBe('text/plain');

    const event = {
      specversion: '1.0',
      id: '17',
      source: '/shop',
      type: 'order.created',
      data: { order: 1 },
    };
    const path = file('event.json', JSON.stringify(event));
    const one = await posthorn(`events publish --data ${path} --content-type application/cloudevents+json`);
    expect((await arrivalOf(one.stdout.trim())).headers['ce-source']).toBe('/shop');

    const several = file(
      'events.json',
      JSON.stringify([
        { ...event, id: '18' },
        { ...event, type: 'order..x' },
      ]),
    );
    const batch = await posthorn(
      `events publish --data ${several} --content-type application/cloudevents-batch+json --json`,
    );
    expect(batch).toMatchObject({ code: 1, stderr: '1 accepted, 1 refused.\n' });
    expect(printed(batch.stdout)).toMatchObject([
      { event: 1, id: expect.any(String) },
      { event: 2, field: 'type' },
    ]);
  });
});

describe('events publish-batch', () => {
  it('reports as accepted exactly what the log has, and each refusal with its line (A20)', async () => {
    const { cloud, posthorn } = await desk();
    const bad = new Map([
      [3, '{"type": "order..paid", "data": 1}'],
      [50, '{"type": "order.paid", "data": '],
      [51, '[1]'],
      [120, '{"type": "order.paid"}'],
      [149, '"text"'],
    ]);
    const good = (line: number) => `{"type": "order.paid", "data": {"line": ${line}, "total": 19.90}}`;
    const text = Array.from({ length: 150 }, (_, n) => bad.get(n + 1) ?? good(n + 1)).join('\n');
    const ran = await posthorn(`events publish-batch ${file('lines.ndjson', text)} --json`);
    expect(ran).toMatchObject({ code: 1, stderr: '145 accepted, 5 refused.\n' });
    const all = printed(ran.stdout);
    expect(all.map(({ line }) => line)).toEqual(Array.from({ length: 150 }, (_, n) => n + 1));
    expect(all.filter(({ error }) => error !== undefined).map(({ line }) => line)).toEqual([...bad.keys()]);
    const accepted = all.flatMap(({ id }) => id ?? []);
    await eventually(async () => expect((await listed(cloud)).sort()).toEqual(accepted.sort()));
    expect((await arrivalOf(all[0]!.id!)).body.toString()).toBe('{"line": 1, "total": 19.90}');
  });

  it('accounts for any lines as the log does (A20)', async () => {
    const { cloud, posthorn } = await desk();
    const all: string[] = [];
    const line = fc.oneof(
      { weight: 4, arbitrary: fc.jsonValue().map((data) => JSON.stringify({ type: 'any.thing', data })) },
      fc.string().map((type) => JSON.stringify({ type, data: 1 })),
      fc.jsonValue().map((value) => JSON.stringify({ value })),
      fc.string().map((text) => text.replaceAll(/[\n[]/g, ' ')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
        const ran = await posthorn('events publish-batch - --json', { stdin: lines.join('\n') });
        const told = printed(ran.stdout);
        const isBlank = (text: string): boolean => text.trim() === '';
        expect(told.map((one) => one.line)).toEqual(
          lines.flatMap((text, place) => (isBlank(text) ? [] : [place + 1])),
        );
        const accepted = told.flatMap(({ id }) => id ?? []);
        all.push(...accepted);
        expect(ran.code).toBe(accepted.length === told.length ? 0 : 1);
        await eventually(async () => expect((await listed(cloud)).sort()).toEqual([...all].sort()));
      }),
      { numRuns: 8 },
    );
  });

  it('can be repeated under a name, and says for people what was refused (A20)', async () => {
    const { cloud, posthorn } = await desk();
    const events = [
      { type: 'a.b', data: 1 },
      { type: 'a b', data: 2 },
      { type: 'a.b', data: 3, id: 'own' },
    ];
    const typed = `events publish-batch ${file('array.json', JSON.stringify(events, undefined, 2))} --idempotency-key run-7`;
    for (const _ of [1, 2]) {
      const ran = await posthorn(typed);
      expect(ran).toMatchObject({ code: 1, stderr: '2 accepted, 1 refused.\n' });
      expect(ran.stdout).toMatch(/^event 2 {2}refused {2}type: expected .*\n$/);
    }
    await eventually(async () => expect((await listed(cloud)).sort()).toEqual(['own', 'run-7-1']));
  });
});

describe('logs publish', () => {
  it('publishes records as loggers write them, and says which are none (A20)', async () => {
    const { cloud, posthorn } = await desk();
    const text = '{"level": "error", "n": 19.90}\nnot json\n{"message": "no level"}\n\n{"level": 30}\n';
    const ran = await posthorn(`logs publish ${file('app.ndjson', text)} --json`);
    expect(ran).toMatchObject({ code: 1, stderr: '2 accepted, 2 refused.\n' });
    const all = printed(ran.stdout);
    expect(all).toMatchObject([
      { line: 1, id: expect.any(String) },
      { line: 2, error: 'malformed_json' },
      { line: 3, error: 'validation_failed', field: 'level' },
      { line: 5, id: expect.any(String) },
    ]);
    await eventually(async () =>
      expect(await cloud.api.call('GET', `/v1/events/${all[3]!.id}`)).toMatchObject({ type: 'log.info' }),
    );
    expect((await arrivalOf(all[0]!.id!)).body.toString()).toBe('{"level": "error", "n": 19.90}');

    const one = await posthorn(
      "logs publish --level warn --message 'card declined' --event-type card.declined --json",
    );
    expect(one).toMatchObject({ code: 0 });
    expect(JSON.parse((await arrivalOf(printed(one.stdout)[0]!.id!)).body.toString())).toEqual({
      level: 'warn',
      message: 'card declined',
      event_type: 'card.declined',
    });
    const none = await posthorn('logs publish -', { stdin: '{"a":1}\n{"b":1}' });
    expect(none).toMatchObject({ code: 1, stderr: '0 accepted, 2 refused.\n' });
    expect(none.stdout.split('\n')[1]).toMatch(/^line 2 {2}refused {2}level: expected an event_type/);
    expect(await posthorn('logs publish')).toMatchObject({ code: 2 });
  });
});
