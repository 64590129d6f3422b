import { describe, expect, it } from 'vitest';
import { Posthorn } from '../../../client/index.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { eventually } from '../../helpers/eventually.ts';

const cloud = await sharedCloud();

/** A client that the answer to each request reaches only the second time: the first takes effect, and the connection breaks. */
function clientOfLost() {
  const sent: string[] = [];
  const posthorn = new Posthorn({
    url: cloud.apiUrl,
    key: cloud.key,
    retryWaitMs: 1,
    fetch: async (request) => {
      const { method, url } = request;
      const isFirst = sent.push(`${method} ${new URL(url).pathname}`) % 2 === 1;
      const response = await fetch(request);
      if (isFirst) await response.arrayBuffer();
      if (isFirst) throw new TypeError('fetch failed');
      return response;
    },
  });
  return { posthorn, sent };
}

const plain = new Posthorn({ url: cloud.apiUrl, key: cloud.key });

describe('what is sent again because its answer was lost', () => {
  it('makes one target, with one secret', async () => {
    const { posthorn, sent } = clientOfLost();
    const { id, secret } = await posthorn.createTarget({
      body: { url: 'http://localhost:4000/lost', name: 'lost' },
    });
    expect(sent).toHaveLength(2);
    const names: string[] = [];
    for await (const target of plain.listTargets()) if (target.name === 'lost') names.push(target.id);
    expect(names).toEqual([id]);
    expect((await plain.getSecrets({ id })).items[0]?.secret).toBe(secret);
  });

  it('changes and deletes once', async () => {
    const { posthorn } = clientOfLost();
    const { id } = await plain.createTarget({ body: { url: 'http://localhost:4000/once' } });
    expect(await posthorn.patchTarget({ id, body: { name: 'once' } })).toMatchObject({ id, name: 'once' });
    expect(await posthorn.deleteTarget({ id })).toBeUndefined();
    await expect(plain.getTarget({ id })).rejects.toMatchObject({ status: 404 });
  });

  it('shows a key to nobody a second time, and the key can be deleted', async () => {
    const { posthorn } = clientOfLost();
    const made = await posthorn.createKey({ body: { name: 'lost', scopes: ['read'] } });
    expect(made.id).toMatch(/^key_/);
    expect(made).not.toHaveProperty('key');
    expect(await plain.deleteKey({ id: made.id })).toBeUndefined();
  });

  it('publishes each event once, alone and in batches', async () => {
    const { posthorn } = clientOfLost();
    const type = 'lost.answer';
    const { id } = await posthorn.publish({ body: { type, data: { alone: true, text: 'a \ufffd b' } } });
    const publisher = posthorn.publisher();
    const outcomes = await publisher.publishBatch([1, 2, 3].map((data) => ({ type, data })));
    await publisher.close();
    const wanted = [id, ...outcomes.map((each) => ('id' in each ? each.id : undefined))].sort();
    const found = () =>
      eventually(async () => {
        const ids: string[] = [];
        for await (const event of plain.listEvents({ type })) ids.push(event.id);
        expect(ids.sort()).toEqual(wanted);
      });
    await found();
    const payload = await plain.getEventPayload({ id });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ alone: true, text: 'a \ufffd b' });
  });
});
