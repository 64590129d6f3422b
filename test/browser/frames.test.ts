import { expect, it } from 'vitest';
import { inBrowser, visitor } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';

const EMBEDDER = 'app.localhost';

inBrowser('a frame of another page', () => {
  it('shows no console, even where the headers let it', async () => {
    const cloud = await sharedCloud();
    const { page } = await visitor(cloud, { hosts: [EMBEDDER] });
    await page.route(`http://${EMBEDDER}/`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${cloud.consoleUrl}//portal/settings"></iframe>`,
      }),
    );
    // CloudFront takes this path for the portal's.
    await page.route(`${cloud.consoleUrl}//portal/**`, async (route) => {
      const response = await route.fetch();
      const policy = response.headers()['content-security-policy']!.replace(/(?<=frame-ancestors ).*/, '*');
      await route.fulfill({
        response,
        headers: { ...response.headers(), 'content-security-policy': policy },
      });
    });
    await page.goto(`http://${EMBEDDER}/`);
    const framed = page.frameLocator('iframe').locator('body');
    await framed.getByText('shown in no frame').waitFor();
    expect(await framed.locator('input, button, a').count()).toBe(0);
  });
});

inBrowser('an address with slashes too many', () => {
  it('leads to the console, and to no other host', async () => {
    const cloud = await sharedCloud();
    const { page } = await visitor(cloud);
    await page.goto(`${cloud.consoleUrl}//evil.example/events`);
    await page.waitForURL(`${cloud.consoleUrl}/`);
  });
});
