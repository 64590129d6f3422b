import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cliOf, type RunOptions } from '../../helpers/cli.ts';
import { type SharedCloud, sharedCloud } from '../../helpers/cloud.ts';
import { onFileEnd } from '../../helpers/file-end.ts';
import { runs } from '../../helpers/runs.ts';

const shared = await sharedCloud();
const cwd = mkdtempSync(join(tmpdir(), 'posthorn-apply-'));

/** The tool at a tenant's, with a configuration as its file. */
function toolOf({ apiUrl, key }: Pick<SharedCloud, 'apiUrl' | 'key'>) {
  const run = cliOf({ apiUrl, key });
  let files = 0;
  return {
    async apply(configuration: unknown, flags = '', options: RunOptions = {}) {
      const name = `${files++}.json`;
      writeFileSync(
        join(cwd, name),
        typeof configuration === 'string' ? configuration : JSON.stringify(configuration),
      );
      return run(`apply -f ${name} --yes ${flags}`, { cwd, ...options });
    },
    exported: async (flags: string) => (await run(`export ${flags}`, { cwd })).stdout,
  };
}

const NOTHING = { code: 0, stdout: '', stderr: 'Nothing to do.\n' };

const some = <T>(values: Record<string, fc.Arbitrary<T>>) => fc.record(values, { requiredKeys: [] });
const text = fc.constantFrom('a', 'on', '1', 'null', 'ä: "x"', "it's #1", '- y', '~', 'x'.repeat(100));
const notes = some<unknown>({
  name: text,
  description: text,
  metadata: fc.dictionary(fc.constantFrom('team', 'on', 'a.b'), text),
  active: fc.boolean(),
});
const url = fc.constantFrom(
  'https://a.example.com/',
  'https://b.example.com/x?key=1',
  'https://a.example.com/y',
);
const targetSettings = fc.tuple(
  fc.record({ url }),
  some<unknown>({
    retry: fc.constantFrom(
      'steady',
      'default',
      { schedule: [1, 2] },
      { schedule: [10, 30, 60, 300, 900], jitter: 0 },
    ),
    timeoutSeconds: fc.constantFrom(1, 15, 30),
    headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom('1', '2')),
    rateLimit: fc.constant({ perSecond: 2 }),
    signature: fc.constantFrom('standard', 'ed25519', 'sha256'),
    retryClientErrors: fc.boolean(),
  }),
);
const filterSettings = fc.tuple(
  fc.record({ events: fc.uniqueArray(fc.constantFrom('a.b', '*', 'c.**', 'd'), { minLength: 1 }) }),
  some<unknown>({
    where: fc.constantFrom({ source: ['x'] }, { data: { n: [{ numeric: ['>', 1] }] } }),
    jsonpath: fc.constant('$.data.x'),
    during: fc.constant({ from: '09:00', timeZone: 'Europe/Berlin' }),
  }),
);
const KEYS = ['p', 'q', 'r.1'];
const keyed = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom(...KEYS), value);
const merged = (...parts: fc.Arbitrary<unknown>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all.flat()) as object);

/** With subscriptions that bind what there is, or their own. */
const configuration = fc
  .record({
    eventTypes: fc.dictionary(
      fc.constantFrom('a.b', 'c/d'),
      some<unknown>({
        description: text,
        sample: fc.json().map((json) => JSON.parse(json)),
        deprecated: fc.boolean(),
      }),
    ),
    targets: keyed(merged(targetSettings, notes)),
    filters: keyed(merged(filterSettings, notes)),
  })
  .chain((made) => {
    const ref = (entries: object) => Object.keys(entries).map((key) => fc.constant(key));
    const target = fc.oneof(
      ...ref(made.targets).map((key) => key.map((one) => ({ target: one }))),
      merged(targetSettings),
      merged(targetSettings, notes).map((own) => ({ target: own })),
    );
    const filter = fc.oneof(
      ...ref(made.filters).map((key) => key.map((one) => ({ filter: one }))),
      merged(filterSettings),
      merged(filterSettings, notes).map((own) => ({ filter: own })),
    );
    return fc.record({
      name: fc.constant('any'),
      eventTypes: fc.constant(made.eventTypes),
      targets: fc.constant(made.targets),
      filters: fc.constant(made.filters),
      subscriptions: keyed(merged(notes, target, filter)),
    });
  });

it('whatever a file says: once is enough, an export changes nothing, and what was before does not matter (E6)', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, configuration, async (before, after) => {
      const [here, there] = await Promise.all([shared.neighbour(), shared.neighbour()]);
      const [first, second] = [toolOf(here), toolOf(there)];
      expect(await first.apply(before)).toMatchObject({ code: 0 });
      expect(await first.apply(before)).toEqual(NOTHING);
      const own = await first.exported('--label any');
      // Empty where the file declares nothing.
      if (own !== '') expect(await first.apply(own, '--prune')).toEqual(NOTHING);
      expect(await first.apply(await first.exported(''))).toEqual(NOTHING);

      expect(await first.apply(after, '--prune')).toMatchObject({ code: 0 });
      expect(await first.apply(after, '--prune')).toEqual(NOTHING);
      expect(await second.apply(after)).toMatchObject({ code: 0 });
      expect(await first.exported('--label any')).toBe(await second.exported('--label any'));
    }),
    { numRuns: runs(8) },
  );
}, 120_000);

it('what another client has changed since the plan is not overwritten: there is another plan (E6)', async () => {
  const cloud = await shared.neighbour();
  const made = { name: 'a', targets: { t: { url: 'https://a.example.com' } } };
  expect(await toolOf(cloud).apply(made)).toMatchObject({ code: 0 });
  const [target] = (await cloud.api.call<{ items: { id: string }[] }>('GET', '/v1/targets')).items;

  /** Comes between the plan and the first change. */
  let meddles = 1;
  const between = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === 'PUT' && meddles-- > 0) {
      await cloud.api.call('PATCH', `/v1/targets/${target!.id}`, { description: 'meanwhile' });
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(`${cloud.apiUrl}${request.url}`, {
      method: request.method!,
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const etag = answer.headers.get('etag');
    response.writeHead(answer.status, { 'content-type': 'application/json', ...(etag && { etag }) });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((done) => between.listen(0, '127.0.0.1', done));
  onFileEnd(async () => void between.close());
  const tool = toolOf({
    apiUrl: `http://127.0.0.1:${(between.address() as AddressInfo).port}`,
    key: cloud.key,
  });

  const wanted = { name: 'a', targets: { t: { url: 'https://a.example.com', timeoutSeconds: 5 } } };
  const run = await tool.apply(wanted);
  expect(run).toMatchObject({ code: 0 });
  expect(run.stderr).toContain('Something has changed since this plan was made. Another plan:');
  expect(run.stdout).toContain('description: meanwhile → (none)');

  meddles = 100;
  const never = await tool.apply(made);
  expect(never).toMatchObject({ code: 1 });
  expect(never.stderr).toContain('others keep changing the same things at the same time');
  expect(never.stderr).toContain('1 of it was not done');
});
