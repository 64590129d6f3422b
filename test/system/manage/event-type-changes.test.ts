import { describe, expect, it } from 'vitest';
import type { DryRunOutcome } from '../../../lambdas/api/dry-run.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const { api } = cloud;
const endpoint = await startEndpoint();

const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
});
const amount = { amount: { type: 'number' } };
const BEFORE = object(amount, ['amount']);
const COMPATIBLE = object({ ...amount, currency: { type: 'string' } }, ['amount']);
const BREAKING = object({ amount: { type: 'string' } });

async function send(method: string, path: string, body?: object) {
  const response = await fetch(`${cloud.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${cloud.key}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

interface Changes {
  readonly version: string;
  readonly items: readonly { readonly compatibility: string; readonly changes: readonly object[] }[];
}

const changesOf = (name: string): Promise<Changes> =>
  api.call('GET', `/v1/event-type-changes/${encodeURIComponent(name)}`);

async function described(name: string, schema: unknown = BEFORE): Promise<string> {
  const path = `/v1/event-types/${encodeURIComponent(name)}`;
  await api.call('PUT', path, { schema });
  return path;
}

describe('the changelog of a schema (D15, E13)', () => {
  it('has each change, judged and dated, the newest first', async () => {
    const path = await described('changelog.one');
    expect(await changesOf('changelog.one')).toEqual({ name: 'changelog.one', version: '1', items: [] });
    await api.call('PUT', path, { schema: BEFORE, description: 'The same schema.' });
    await api.call('PUT', path, { schema: COMPATIBLE });
    await api.call('PUT', path, { schema: BREAKING, version: '2' });
    expect(await changesOf('changelog.one')).toEqual({
      name: 'changelog.one',
      version: '2',
      items: [
        {
          at: expect.stringMatching(/^\d{4}-.*Z$/),
          version: '2',
          previousVersion: '1',
          compatibility: 'breaking',
          changes: [
            {
              path: 'amount',
              rule: 'property-optional',
              effect: 'breaking',
              message: 'was required, is optional',
            },
            { path: 'amount', rule: 'type-changed', effect: 'breaking', message: 'was number, is string' },
            {
              path: 'currency',
              rule: 'property-removed',
              effect: 'breaking',
              message: 'was string, is not described',
            },
          ],
        },
        {
          at: expect.any(String),
          version: '1',
          compatibility: 'compatible',
          changes: [
            {
              path: 'currency',
              rule: 'property-added',
              effect: 'compatible',
              message: 'was not described, is string',
            },
          ],
        },
      ],
    });
  });

  it('takes a name with a slash, and knows none that is not described', async () => {
    await described('example.com/orders/created');
    expect(await changesOf('example.com/orders/created')).toMatchObject({ items: [] });
    expect(await send('GET', '/v1/event-type-changes/changelog.none')).toMatchObject({ status: 404 });
  });

  it('refuses what breaks readers of the same version, unless it is meant', async () => {
    const path = await described('changelog.two');
    const refused = await send('PATCH', path, { schema: BREAKING });
    expect(refused).toMatchObject({
      status: 409,
      body: {
        error: 'breaking_change',
        field: 'schema',
        message: expect.stringMatching(/^amount: was required, is optional; .*version 1.*allowBreaking/),
        problems: [{}, { field: 'schema', message: 'amount: was number, is string' }],
      },
    });
    expect(await send('PUT', path, { schema: BREAKING })).toMatchObject({ status: 409 });
    expect(await send('PUT', path, {})).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching(/^had a schema, has none/) },
    });
    expect(await api.call('GET', path)).toMatchObject({ schema: BEFORE });
    await api.call('PATCH', `${path}?allowBreaking=true`, { schema: BREAKING });
    expect(await changesOf('changelog.two')).toMatchObject({
      version: '1',
      items: [{ compatibility: 'breaking', version: '1' }],
    });
    expect(await send('PUT', `${path}?allowBreaking=yes`, {})).toMatchObject({
      status: 422,
      body: { field: 'allowBreaking' },
    });
  });

  it('begins anew with a type that was deleted', async () => {
    const path = await described('changelog.three');
    await api.call('PUT', path, { schema: COMPATIBLE });
    await api.call('DELETE', path);
    await described('changelog.three', BREAKING);
    expect(await changesOf('changelog.three')).toMatchObject({ items: [] });
  });

  it('is told by a dry run, which changes nothing', async () => {
    const path = await described('changelog.four');
    const call = { operation: 'putEventType', id: 'changelog.four', body: { schema: BREAKING } };
    const { items } = await api.call<{ items: DryRunOutcome[] }>('POST', '/v1/dry-run', {
      calls: [
        call,
        { ...call, allowBreaking: true },
        { ...call, body: { schema: COMPATIBLE } },
        { ...call, body: { schema: BEFORE } },
      ],
    });
    expect(items).toMatchObject([
      { error: 'breaking_change', field: 'schema', problems: [{}, {}] },
      { schemaChange: { compatibility: 'breaking', changes: [{}, {}] } },
      { schemaChange: { compatibility: 'compatible', changes: [{ rule: 'property-added' }] } },
      { entities: [] },
    ]);
    expect(items[3]).not.toHaveProperty('schemaChange');
    expect(await api.call('GET', path)).toMatchObject({ schema: BEFORE });
    expect(await changesOf('changelog.four')).toMatchObject({ items: [] });
  });
});

it('tells subscribers by an operational event, of a change and of a deletion (D15)', async () => {
  await api.call('POST', '/v1/subscriptions', {
    url: endpoint.url,
    events: ['posthorn.event-type.changed'],
  });
  const path = await described('changelog.told');
  await api.call('PATCH', path, { schema: COMPATIBLE });
  await api.call('PATCH', path, { description: 'No other schema.' });
  await api.call('DELETE', path);
  const told = async () =>
    endpoint.arrivals
      .map(({ body }) => JSON.parse(String(body)) as { eventType: string; changes: { rule: string }[] })
      .filter(({ eventType }) => eventType === 'changelog.told');
  await expect.poll(async () => (await told()).length, { timeout: 20_000 }).toBe(2);
  const rules = (await told()).map(({ changes }) => changes[0]!.rule).sort();
  expect(rules).toEqual(['property-added', 'type-deleted']);
});
