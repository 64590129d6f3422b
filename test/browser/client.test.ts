import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { serveApi } from '../helpers/servers/api.ts';

/** What a page does with the client. */
const PAGE = `
import { NotFoundError, Posthorn } from './client/index.ts';
globalThis.tryClient = async () => {
  const posthorn = new Posthorn({ url: location.origin, key: 'pt_token', retryWaitMs: 1 });
  const ids = [];
  for await (const { id } of posthorn.listTargets()) ids.push(id);
  const missing = await posthorn.getTarget({ id: 'tgt_none' }).catch((error) => error instanceof NotFoundError);
  const reason = new Error('the page is left');
  const ended = await posthorn.getHealth({}, { signal: AbortSignal.abort(reason) }).catch((error) => error === reason);
  const late = await posthorn.getEgress({}, { timeoutMs: 20, maxRetries: 0 }).catch((error) => error.name);
  const publisher = posthorn.publisher();
  const [published] = await publisher.publishBatch([{ type: 'a.b', data: {} }]);
  await publisher.close();
  return { ids, missing, ended, late, isPublished: published.id.startsWith('pub_') };
};
`;

it.skipIf(!inject('browserUrl'))('the client works in a page', async ({ onTestFinished }) => {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const { url, asked } = await serveApi(({ path, body }) => {
    const html = { 'content-type': 'text/html' };
    if (path === '/page') return { headers: html, body: '<script type="module" src="/script.js"></script>' };
    if (path === '/script.js')
      return { headers: { 'content-type': 'text/javascript' }, body: outputFiles[0]!.text };
    if (path.startsWith('/v1/targets/')) return { status: 404, body: { error: 'not_found', message: '' } };
    if (path === '/v1/targets') return { body: { items: [{ id: 'a' }], next: 'more' } };
    if (path.startsWith('/v1/targets?')) return { body: { items: [{ id: 'b' }], next: null } };
    if (path === '/v1/egress') return 'hang';
    if (path === '/favicon.ico') return { status: 204 };
    const isFirst = asked.filter((each) => each.path === '/v1/events/batch').length === 1;
    if (isFirst) return { status: 503, body: { message: null } };
    const events = JSON.parse(body).events.map(({ id }: { id: string }) => ({ id }));
    return { status: 202, body: { accepted: 1, rejected: 0, events } };
  });
  const browser = await chromium.connect(inject('browserUrl'));
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${url}/page`);
  await page.waitForFunction('globalThis.tryClient');
  expect(await page.evaluate('tryClient()')).toEqual({
    ids: ['a', 'b'],
    missing: true,
    ended: true,
    late: 'TimeoutError',
    isPublished: true,
  });
  expect(asked.find(({ path }) => path === '/v1/targets')!.headers.authorization).toBe('Bearer pt_token');
});
