import { beforeAll, describe, expect, it } from 'vitest';
import { type List, sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type Answer, startEndpoint } from '../../helpers/servers/endpoint.ts';

const cloud = await sharedCloud();
const { api, operator, tenant } = cloud;

interface Health {
  readonly state: string;
  readonly troubledSince?: string;
  readonly failingSince?: string;
  readonly attempts: number;
  readonly attemptSuccessRate: number | null;
  readonly waiting: number;
  readonly lastFailure?: object;
}
interface Row {
  readonly id: string;
  readonly health?: Health;
}
interface OperatorRow {
  readonly tenant: { readonly id: string; readonly name: string };
  readonly target: { readonly id: string; readonly url: string };
  readonly health: Health;
}

let isBack = false;
const answers: Record<string, () => Answer> = {
  failing: () => ({ status: isBack ? 200 : 503 }),
  open: () => ({ status: 500 }),
  paused: () => ({ status: 429, headers: { 'retry-after': '600' } }),
  disabled: () => ({ status: 410 }),
  slow: () => ({ status: 200, afterMs: 2100 }),
  unverified: () => ({ status: 200, body: 'what challenge?' }),
  healthy: () => ({ status: 200 }),
};

/** Fails once, and waits: its breaker stays closed. */
const PATIENT = { retry: { schedule: [600], jitter: 0 } };
const AT_ONCE = { retry: { schedule: Array(15).fill(0), jitter: 0 } };

/** Ids by the state that each target gets into. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  for (const [state, answer] of Object.entries(answers)) {
    const { url } = await startEndpoint(answer);
    const { id } = await api.call<Row>('POST', '/v1/targets', {
      url: `${url}/hook?token=of-${state}`,
      name: state,
      ...(state === 'open' ? AT_ONCE : PATIENT),
      challengeRequired: state === 'unverified',
    });
    ids[state] = id;
    await api.call('POST', '/v1/subscriptions', {
      name: state,
      targetId: id,
      filter: { events: [`trouble.${state}`] },
    });
  }
  const { id } = await api.call<Row>('POST', '/v1/targets', { url: 'https://example.com', name: 'off' });
  ids.off = id;
  await api.call('POST', `/v1/targets/${id}/disable`);
  for (const state of Object.keys(answers)) await api.publish(`trouble.${state}`, {});
  // The breaker opens after a while.
  await eventually(async () => expect(await inState('open')).toHaveLength(1));
});

const inState = async (state: string): Promise<readonly Row[]> =>
  (await api.call<List<Row>>('GET', `/v1/targets?state=${state}`)).items;
const ofAll = async (query: string): Promise<readonly OperatorRow[]> =>
  (await operator.api.call<List<OperatorRow>>('GET', `/v1/environment/targets?tenantId=${tenant}${query}`))
    .items;

describe('targets in trouble are listed by their state, for their owner and for the operator (A13, E5)', () => {
  it.each(['failing', 'open', 'paused', 'slow', 'unverified'])('%s', async (state) => {
    const [row, ...others] = await eventually(async () => {
      const rows = await inState(state);
      expect(rows.map(({ id }) => id)).toEqual([ids[state]]);
      return rows;
    });
    expect(others).toEqual([]);
    expect(row).toMatchObject({ name: state, health: { state } });
    expect(await ofAll(`&state=${state}`)).toMatchObject([
      { tenant: { id: tenant }, target: { id: ids[state], name: state }, health: { state } },
    ]);
  });

  it('disabled: by Posthorn, and by the owner', async () => {
    await eventually(async () =>
      expect((await inState('disabled')).map(({ id }) => id)).toEqual([ids.disabled, ids.off]),
    );
    expect(await inState('disabled')).toMatchObject([{ disabled: { reason: 'gone' } }, { active: false }]);
    expect(await api.call('GET', '/v1/targets?state=disabled&active=false')).toMatchObject({
      items: [{ id: ids.off }],
    });
    expect(await ofAll('&state=disabled')).toHaveLength(2);
  });

  it('with what went wrong, since when, and how much waits', async () => {
    const [row] = await eventually(async () => {
      const rows = await inState('failing');
      expect(rows[0]?.health).toMatchObject({ waiting: 1, attemptSuccessRate: 0 });
      return rows;
    });
    const { failingSince, troubledSince, lastFailure, attempts } = row!.health!;
    expect(attempts).toBeGreaterThan(0);
    expect(Date.parse(failingSince!)).toBeLessThanOrEqual(Date.now());
    expect(troubledSince).toBe(failingSince);
    expect(lastFailure).toEqual({ at: expect.any(String), statusCode: 503 });
  });

  it('with what waits for a time, and what is held until the endpoint recovers', async () => {
    const healthOf = (state: string) => api.call('GET', `/v1/targets/${ids[state]}/health`);
    await eventually(async () => {
      expect(await healthOf('failing')).toMatchObject({ state: 'failing', waiting: 1, held: 0 });
      expect(await healthOf('open')).toMatchObject({ state: 'open', waiting: 1, held: 1 });
    });
  });

  it('all of them in one list, page by page in a stable order, but for those that are switched off', async () => {
    const all = async (order: string): Promise<string[]> => {
      const seen: string[] = [];
      let cursor = '';
      do {
        const query = `tenantId=${tenant}&limit=2&order=${order}${cursor && `&cursor=${cursor}`}`;
        const { items, next } = await operator.api.call<List<OperatorRow>>(
          'GET',
          `/v1/environment/targets?${query}`,
        );
        expect(items.length).toBeLessThanOrEqual(2);
        seen.push(...items.map(({ target }) => target.id));
        cursor = next ?? '';
      } while (cursor !== '');
      return seen;
    };
    const expected = ['failing', 'open', 'paused', 'disabled', 'slow', 'unverified'].map(
      (state) => ids[state],
    );
    expect(await all('oldest')).toEqual(expected);
    expect(await all('newest')).toEqual(expected.toReversed());
    expect((await inState('troubled')).map(({ id }) => id)).toEqual(expected);
  });

  it('and the operator sees no query of a URL, which may hold a key', async () => {
    const rows = await ofAll('');
    expect(rows[0]?.target.url).toMatch(/\/hook\?\[hidden\]$/);
    expect(JSON.stringify(rows)).not.toContain('of-failing');
  });

  it('a tenant’s row counts them', async () => {
    const { items } = await operator.api.call<List<{ id: string; health: object }>>(
      'GET',
      '/v1/tenants?include=health&order=newest&limit=100',
    );
    expect(items.find(({ id }) => id === tenant)?.health).toMatchObject({
      deliveries: expect.any(Number),
      dead: expect.any(Number),
      troubled: { disabled: 1, unverified: 1, open: 1, paused: 1, failing: 1, slow: 1, isCut: false },
    });
  });

  it('a list of all targets says how each does only if it is asked', async () => {
    const plain = (await api.call<List<Row>>('GET', '/v1/targets')).items;
    expect(plain.filter(({ health }) => health)).toEqual([]);
    const { items } = await api.call<List<Row>>('GET', '/v1/targets?include=health&active=true');
    const { failing, open, paused, disabled, slow, unverified, healthy } = ids;
    expect(Object.fromEntries(items.map(({ id, health }) => [id, health?.state]))).toEqual({
      [failing!]: 'failing',
      [open!]: 'open',
      [paused!]: 'paused',
      [disabled!]: 'disabled',
      [slow!]: 'slow',
      [unverified!]: 'unverified',
      [healthy!]: 'healthy',
    });
  });

  it('a portal token that is limited to targets sees these alone (B11)', async () => {
    const targetIds = [ids.failing, ids.slow, ids.healthy];
    const { token } = await api.call<{ token: string }>('POST', '/v1/portal-tokens', {
      targetIds,
      expiresInSeconds: 600,
    });
    const headers = { authorization: `Bearer ${token}` };
    const seen = async (query: string) =>
      (await api.call<List<Row>>('GET', `/v1/targets?${query}`, undefined, headers)).items.map(
        ({ id }) => id,
      );
    expect(await seen('state=troubled')).toEqual([ids.failing, ids.slow]);
    expect(await seen('state=troubled&order=newest&limit=1')).toEqual([ids.slow]);
    expect(await seen('state=open')).toEqual([]);
    expect(await seen('include=health')).toEqual(targetIds);
  });

  it('an unknown state is refused, and the states named', async () => {
    expect(await cloud.request('GET', '/v1/targets?state=healthy')).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('paused'), field: 'state' },
    });
    expect(await cloud.request('GET', '/v1/environment/targets')).toMatchObject({ status: 403 });
  });

  it('until they are well again, or gone', async () => {
    isBack = true;
    await api.publish('trouble.failing', {});
    await eventually(async () => expect(await inState('failing')).toEqual([]), { timeout: 15_000 });
    // What outlasts its failures is slow for a minute, so that its backlog keeps out of the fast lanes.
    expect((await ofAll('&state=failing')).length).toBe(0);
    await api.call('POST', `/v1/targets/${ids.disabled}/enable`);
    await api.call('POST', `/v1/targets/${ids.off}/enable`);
    expect(await inState('disabled')).toEqual([]);
    const { items } = await api.call<List<Row>>('GET', '/v1/subscriptions?limit=100');
    for (const { id } of items) await api.call('DELETE', `/v1/subscriptions/${id}`);
    await api.call('DELETE', `/v1/targets/${ids.unverified}`);
    const counts = await operator.api.call<List<{ id: string; health: object }>>(
      'GET',
      '/v1/tenants?include=health&order=newest&limit=100',
    );
    expect(counts.items.find(({ id }) => id === tenant)?.health).toMatchObject({
      troubled: { disabled: 0, unverified: 0, failing: 0 },
    });
  });
});
