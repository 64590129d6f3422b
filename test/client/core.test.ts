import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiCore } from '../../client/core.ts';
import { ConnectionError, NotFoundError, PosthornError } from '../../client/errors.ts';
import { serveApi } from '../helpers/servers/api.ts';

/** The path that a request for an event has, without the rest. */
async function sentPath(id: string): Promise<string> {
  let path = '';
  const fetch = async ({ url }: Request) => {
    path = new URL(url).pathname;
    return Response.json({});
  };
  await apiCore({ url: 'https://example.com/base/', fetch }).GET('/v1/events/{id}', {
    params: { path: { id } },
  });
  return path.replace('/base/v1/events/', '');
}

const printable = fc
  .string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((n) => String.fromCharCode(n)), minLength: 1 })
  .filter((id) => id !== '.' && id !== '..');

describe('the typed core', () => {
  it('escapes an id so that it is itself again when it is decoded twice', async () => {
    await fc.assert(
      fc.asyncProperty(printable, async (id) => {
        const sent = await sentPath(id);
        expect(decodeURIComponent(decodeURIComponent(sent))).toBe(id);
        expect(sent).not.toMatch(/[/?]|%2F|%3F/i);
      }),
    );
  });

  it('names what it asked in its errors', async () => {
    const { url } = await serveApi(() => ({
      status: 404,
      body: { error: 'not_found', message: 'no such target' },
    }));
    const error = await apiCore({ url })
      .GET('/v1/targets/{id}', { params: { path: { id: 'tgt_1' } } })
      .catch((each: unknown) => each);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ kind: 'not_found', operation: 'GET /v1/targets/{id}' });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect of %s: a body can hold secrets', async (status) => {
    const elsewhere = await serveApi(() => ({ body: { id: 'tgt_1' } }));
    const api = await serveApi(() => ({ status, headers: { location: `${elsewhere.url}/v1/targets` } }));
    const error = await apiCore({ url: api.url, headers: { authorization: 'Bearer phk_1' } })
      .POST('/v1/targets', { body: { url: 'https://example.com', secret: 'whsec_1' } })
      .catch((each: unknown) => each);
    expect(error).toBeInstanceOf(PosthornError);
    expect((error as Error).message).toContain(elsewhere.url);
    expect(elsewhere.asked).toEqual([]);
    expect(api.asked).toHaveLength(1);
  });

  it('has one kind of error for what breaks off on the way', async () => {
    const { url } = await serveApi(() => ({ body: { a: 1 }, breaksOff: true }));
    const error = await apiCore({ url })
      .GET('/health')
      .catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ConnectionError);
    await expect(apiCore({ url: 'http://127.0.0.1:1' }).GET('/health')).rejects.toBeInstanceOf(
      ConnectionError,
    );
  });
});
