import { expect, it } from 'vitest';
import { furnish } from '../helpers/browser/furnished.ts';
import { settle } from '../helpers/browser/pages.ts';
import { inBrowser, operator } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';
import { startEndpoint } from '../helpers/servers/endpoint.ts';

const PATIENCE_MS = 120_000;
const SOON = { timeout: 20_000 };

inBrowser('what is interrupted goes on', () => {
  it(
    'after a cut of all connections: what happened meanwhile shows once, in order (A19)',
    async () => {
      const cloud = await sharedCloud();
      const hook = await startEndpoint();
      await cloud.api.subscribe({ url: hook.url, name: 'Counter', events: ['count.**'] });
      const { page, problems } = await operator(cloud);
      problems.expect(/Failed to load resource|WebSocket/);
      const dot = (name: RegExp) => page.getByRole('button', { name });
      const latest = page.getByRole('region', { name: 'Latest outcomes' });
      const shown = async (): Promise<string[]> =>
        (await latest.getByRole('link').allInnerTexts()).filter((text) => text.startsWith('count.'));
      await dot(/^Live\./).waitFor();
      await cloud.api.publish('count.1', {});
      await latest.getByRole('link', { name: 'count.1' }).waitFor();

      const restore = cloud.cutOff();
      await dot(/^Reconnecting\./).waitFor();
      restore();
      // The page waits before it comes back: these happen meanwhile, or are missed by the socket.
      for (const type of ['count.2', 'count.3']) {
        await cloud.api.publish(type, {});
        await expect.poll(() => hook.arrivals.length, SOON).toBe(Number(type.at(-1)));
      }
      await dot(/^Live\./).waitFor({ timeout: 60_000 });
      await cloud.api.publish('count.4', {});
      await latest.getByRole('link', { name: 'count.4' }).waitFor();
      // A queue keeps no order: what came before may be told after.
      await expect.poll(shown, SOON).toEqual(['count.4', 'count.3', 'count.2', 'count.1']);
    },
    PATIENCE_MS,
  );

  it(
    'while the palette’s file is fetched early: the page goes on, and fetches it again when it is asked for (A19)',
    async () => {
      const { page, problems } = await operator(await sharedCloud());
      problems.expect(/Failed to load resource/);
      const palette = /palette/;
      await page.route(palette, (route) => route.abort());
      const failed = page.waitForEvent('requestfailed', (request) => palette.test(request.url()));
      await page.reload();
      await failed;
      await page.unroute(palette);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Go to' }).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'while the API is away, the page says so, and comes back by itself (A19)',
    async () => {
      const cloud = await sharedCloud();
      await furnish(cloud);
      const { page, problems } = await operator(cloud);
      problems.expect(/Failed to load resource|WebSocket/);
      await settle(page, '/event-types');
      const row = page.getByRole('grid').getByRole('row').filter({ hasText: 'order.created' });
      await row.waitFor();
      const away = /\/v1\//;
      await page.route(away, (route) => route.abort());
      await page.reload();
      await page.getByRole('heading', { name: 'The API does not answer' }).waitFor();
      await page.unroute(away);
      await row.waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'after a session’s end, behind a form: what was open stays, and works again (A19)',
    async () => {
      const cloud = await sharedCloud();
      const { ids } = await furnish(cloud);
      const { page, context, problems } = await operator(cloud);
      problems.expect(/\b40[13]\b|WebSocket/);
      await settle(page, `/deliveries?open=${ids.delivery}`);
      const ended = await context.request.delete('/v1/session', {
        headers: { 'posthorn-console': 'console' },
      });
      expect(ended.status()).toBe(204);
      await context.clearCookies();
      // The form may be there already, if the page happened to ask for something.
      await page
        .getByRole('navigation', { name: 'Pages' })
        .first()
        .getByRole('link', { name: 'Endpoints' })
        .dispatchEvent('click');
      const form = page.getByRole('dialog', { name: 'Your session is over' });
      await form.getByLabel('API key or portal token').fill('nonsense');
      await form.getByRole('button', { name: 'Sign in' }).click();
      await form
        .getByRole('alert')
        .getByText(/paste the whole/i)
        .waitFor();
      await form.getByLabel('API key or portal token').fill(cloud.key);
      await form.getByRole('button', { name: 'Sign in' }).click();
      await form.waitFor({ state: 'hidden' });
      await page
        .getByRole('grid', { name: 'Endpoints' })
        .getByRole('row')
        .filter({ hasText: 'Warehouse' })
        .first()
        .waitFor();
    },
    PATIENCE_MS,
  );

  it('is used by keyboard alone: the palette, a list and its panel (A19)', async () => {
    const cloud = await sharedCloud();
    const { ids } = await furnish(cloud);
    const { page } = await operator(cloud);
    const { keyboard } = page;
    await keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to' }).waitFor();
    await keyboard.type(ids.delivery);
    await page.getByRole('option', { name: new RegExp(ids.delivery) }).waitFor();
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'order.created' }).waitFor();

    await settle(page, '/deliveries');
    await page.locator('body').press('Tab');
    await page.getByRole('link', { name: 'Skip to the page' }).waitFor();
    await keyboard.press('Enter');
    const grid = page.getByRole('grid', { name: 'Deliveries' });
    await grid.getByRole('row').nth(3).waitFor();
    for (let i = 0; i < 12 && !(await grid.evaluate((element) => element.matches(':focus'))); i++) {
      await keyboard.press('Tab');
    }
    await keyboard.press('j');
    await keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: 'Detail' });
    await panel.waitFor();
    const [, open] = /open=([^&]+)/.exec(page.url())!;
    await keyboard.press('j');
    await expect.poll(() => /open=([^&]+)/.exec(page.url())?.[1], SOON).not.toBe(open);
    await keyboard.press('k');
    await expect.poll(() => /open=([^&]+)/.exec(page.url())?.[1], SOON).toBe(open);
    // The address alone shows the same.
    await page.reload();
    await panel.getByRole('heading', { name: 'order.created' }).waitFor();
    await keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
  });
});
