import type { FrameLocator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { furnish, PLAIN } from '../helpers/browser/furnished.ts';
import { overflow, settle } from '../helpers/browser/pages.ts';
import { consumer, inBrowser, portalPath, visitor } from '../helpers/browser/visitor.ts';
import { sharedCloud, type TestCloud } from '../helpers/cloud.ts';
import { eventually } from '../helpers/eventually.ts';
import { startEndpoint } from '../helpers/servers/endpoint.ts';

/** Stands in all that is another consumer's: names, event types, URLs. */
const FOREIGN = 'rival';

/** An endpoint of somebody else in the same tenant, with an event of its own and one that others get as well. */
async function addForeign({ api, deliveriesOfEvent }: TestCloud, shared: string) {
  const { url } = await startEndpoint(() => ({ status: 400, body: FOREIGN }));
  const { id, targetId } = await api.call<{ id: string; targetId: string }>('POST', '/v1/subscriptions', {
    name: `${FOREIGN} subscription`,
    filter: { events: [shared, `${FOREIGN}.**`] },
    target: { url: `${url}/${FOREIGN}`, name: `${FOREIGN} endpoint` },
  });
  const publish = async (type: string): Promise<{ event: string; delivery: string }> => {
    const { id: event } = await api.publish(type, { order: 4711 });
    const delivery = await eventually(async () => {
      const all = await deliveriesOfEvent(event);
      const own = all.find(({ subscriptionId }) => subscriptionId === id);
      expect(own?.status).toBe('dead');
      expect(all.every(({ attempts }) => attempts.length > 0)).toBe(true);
      return own!.id;
    });
    return { event, delivery };
  };
  const [own, common] = [await publish(`${FOREIGN}.secret`), await publish(shared)];
  return { subscription: id, target: targetId, own, common };
}

/** What the API has told a page, from now on. */
function heardBy(page: Page): { readonly texts: Promise<string>[]; readonly paths: string[] } {
  const texts: Promise<string>[] = [];
  const paths: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!/^\/(v1|stats)\b/.test(pathname)) return;
    paths.push(pathname);
    // A page that is left takes the texts of its answers along.
    texts.push(response.text().catch(() => ''));
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => void texts.push(Promise.resolve(String(payload)))),
  );
  return { texts, paths };
}

const hrefs = (page: Page): Promise<readonly string[]> =>
  page.evaluate("[...document.querySelectorAll('a[href]')].map(({ href }) => href)");

/** Pages that are no consumer's. */
const OPERATORS = ['/settings', '/settings?tab=portal', '/admin', '/admin?tab=tenants'];

inBrowser('the portal', () => {
  it('shows a consumer its own endpoints on every page, on a phone too, and no link leads out (E15)', async () => {
    const cloud = await sharedCloud();
    const { ids, paths } = await furnish(cloud);
    const foreign = await addForeign(cloud, PLAIN.type);
    const { page } = await consumer(
      cloud,
      { targetIds: [ids.healthy, ids.failing, ids.dead] },
      { viewport: { width: 360, height: 700 }, hasTouch: true },
    );
    const heard = heardBy(page);
    const marks = [FOREIGN, foreign.target, foreign.subscription, foreign.common.delivery];
    const found: string[] = [];
    for (const [name, path] of Object.entries({
      ...paths,
      'event of both': `/events/${foreign.common.event}`,
    })) {
      await settle(page, `/portal${path}`);
      const text = await page.locator('body').innerText();
      for (const mark of marks) if (text.includes(mark)) found.push(`${name} shows ${mark}`);
      for (const alert of await page.getByRole('alert').allInnerTexts()) found.push(`${name} says ${alert}`);
      if ((await overflow(page)) > 0) found.push(`${name} is too wide`);
      for (const href of await hrefs(page)) {
        if (!new RegExp(`^${cloud.consoleUrl}(/portal([/?]|$)|.*#content$)`).test(href))
          found.push(`${name} leads to ${href}`);
      }
    }
    expect(found).toEqual([]);
    const told = (await Promise.all(heard.texts)).join('\n');
    expect(told).toContain(ids.healthy);
    for (const mark of marks) expect(told).not.toContain(mark);
  });

  it('has nothing of an operator, and of others only that there is nothing (E15)', async () => {
    const cloud = await sharedCloud();
    const { ids } = await furnish(cloud);
    const foreign = await addForeign(cloud, PLAIN.type);
    const { page, problems } = await consumer(cloud, { targetIds: [ids.healthy] });
    for (const path of OPERATORS) {
      await settle(page, `/portal${path}`);
      await page.getByRole('heading', { name: 'There is no page here' }).waitFor();
    }
    problems.expect(/\b404\b/);
    const { target, subscription, own, common } = foreign;
    for (const path of [
      `/endpoints/${target}`,
      `/subscriptions/${subscription}`,
      `/deliveries/${common.delivery}`,
      `/deliveries/${own.delivery}`,
      `/events/${own.event}`,
      `/deliveries?targetId=${target}`,
      `/?targetId=${target}`,
    ]) {
      await page.goto(`/portal${path}`, { waitUntil: 'networkidle' });
      const text = await page.locator('main').innerText();
      expect(text).not.toBe('');
      expect(text).not.toContain(FOREIGN);
    }
  });

  it('follows the endpoint that is chosen from page to page (E15)', async () => {
    const cloud = await sharedCloud();
    const { ids } = await furnish(cloud);
    for (const [name, id] of Object.entries({ Shop: ids.healthy, Billing: ids.failing })) {
      await cloud.api.call('PATCH', `/v1/targets/${id}`, { name });
    }
    const { page } = await consumer(cloud, { targetIds: [ids.healthy, ids.failing] });
    await page.getByLabel('Endpoint', { exact: true }).click();
    await page.getByRole('option', { name: 'Billing' }).click();
    const rail = page.getByRole('navigation', { name: 'Pages' }).first();
    await rail.getByRole('link', { name: 'Deliveries' }).click();
    const rows = page.getByRole('grid', { name: 'Deliveries' }).getByRole('row');
    await rows.filter({ hasText: 'Waiting' }).first().waitFor();
    expect(await rows.filter({ hasText: 'Delivered' }).count()).toBe(0);
    // A page in between is of no endpoint.
    await rail.getByRole('link', { name: 'Event types' }).click();
    await page.getByRole('heading', { name: 'Event types' }).waitFor();
    await rail.getByRole('link', { name: 'Overview' }).click();
    await page.waitForURL((url) => url.searchParams.get('targetId') === ids.failing);
    expect(await rail.getByRole('link').allInnerTexts()).toEqual([
      'Overview',
      'Deliveries',
      'Endpoints',
      'Subscriptions',
      'Event types',
      'Dead letters',
      'Alerts',
    ]);
  });

  it('wears the tenant’s look (E15)', async () => {
    const cloud = await sharedCloud();
    const logo = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>').toString(
      'base64',
    );
    await cloud.api.call('PUT', '/v1/branding', {
      name: '<b>Acme</b> שלום '.repeat(7).trim(),
      logo: `data:image/svg+xml;base64,${logo}`,
      accent: '#ffcc00',
      cornerRadius: 3,
    });
    const { page } = await consumer(cloud, {}, { viewport: { width: 360, height: 700 } });
    await page.getByText('<b>Acme</b>').first().waitFor();
    expect(await page.locator('header img').getAttribute('src')).toBe(`data:image/svg+xml;base64,${logo}`);
    expect(await overflow(page)).toBe(0);
    const radius = await page.evaluate(
      "getComputedStyle(document.querySelector('header button')).borderRadius",
    );
    expect(radius).toBe('3px');
  });
});

/** A page around a portal. @param host of the machine itself */
async function embedder(cloud: TestCloud, host: string, path: string): Promise<string> {
  const body = `<!doctype html><title>Shop</title><iframe src="${cloud.consoleUrl}${path}" width="360" height="700"></iframe>`;
  const { url } = await startEndpoint(() => ({
    status: 200,
    body,
    headers: { 'content-type': 'text/html' },
  }));
  return url.replace('127.0.0.1', host);
}

const inFrame = (page: Page): FrameLocator => page.frameLocator('iframe');
const overviewIn = (page: Page) => inFrame(page).getByRole('heading', { name: 'Overview' });

inBrowser('the portal in a frame', () => {
  it('is signed in on a page of another site, and takes a new token of it (E15)', async () => {
    const cloud = await sharedCloud();
    const { ids } = await furnish(cloud);
    const url = await embedder(cloud, 'localhost', await portalPath(cloud.api));
    const { page, open, problems } = await visitor(cloud, { hosts: [new URL(url).host] });
    problems.expect(/favicon/);
    await open(url);
    await overviewIn(page).waitFor();
    const rail = inFrame(page).getByRole('navigation', { name: 'Pages' });
    await rail.getByRole('button', { name: 'More' }).waitFor();
    const next = await portalPath(cloud.api, { targetIds: [ids.healthy] });
    const give = (path: string): Promise<unknown> =>
      page
        .locator('iframe')
        .evaluate((frame, src) => frame.setAttribute('src', src), cloud.consoleUrl + path);
    await give(next);
    await inFrame(page).getByRole('link', { name: 'Events', exact: true }).waitFor({ state: 'detached' });
    // What is refused does not show what was shown before.
    problems.expect(/\b401\b/, /\b403\b/);
    await give('/portal/#token=nonsense');
    await inFrame(page).getByText('Reload the page around it').waitFor();
    expect(await overviewIn(page).count()).toBe(0);
  });

  it('is shown by no page that the settings do not name (E15)', async () => {
    const cloud = await sharedCloud();
    const url = await embedder(cloud, 'shop.localhost', await portalPath(cloud.api));
    const { page, open, problems } = await visitor(cloud, { hosts: [new URL(url).host] });
    problems.expect(/frame-ancestors/, /favicon/);
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await open(url);
    await refused;
    expect(await overviewIn(page).count()).toBe(0);
  });

  it('says that the browser keeps no cookie, and goes on in a tab of its own (E15)', async () => {
    const cloud = await sharedCloud();
    const url = await embedder(cloud, 'localhost', await portalPath(cloud.api));
    const { page, context, open, problems } = await visitor(cloud, { hosts: [new URL(url).host] });
    problems.expect(/favicon/);
    // As a browser does that blocks cookies in frames: the session is made, and forgotten.
    await page.route('**/v1/session', (route) =>
      route.request().method() === 'POST' ? route.fulfill({ status: 201, json: {} }) : route.continue(),
    );
    await open(url);
    await inFrame(page).getByText('keeps no cookie').waitFor();
    const tab = context.waitForEvent('page');
    await inFrame(page).getByRole('button', { name: 'Open in a new tab' }).click();
    await (await tab).getByRole('heading', { name: 'Overview' }).waitFor();
  });
});
