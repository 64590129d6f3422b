import { expect, it } from 'vitest';
import { inBrowser, operator } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';
import { startEndpoint } from '../helpers/servers/endpoint.ts';

inBrowser('an endpoint’s story, in the pages', () => {
  it('is added, gets an event, fails, is retried, dies and is sent again (A19, D6)', async () => {
    const cloud = await sharedCloud();
    let status = 200;
    const hook = await startEndpoint(() => ({ status, body: status === 200 ? 'ok' : 'out of order' }));
    const { page } = await operator(cloud);
    const rail = page.getByRole('navigation', { name: 'Pages' }).first();

    // Added in the page.
    await rail.getByRole('link', { name: 'Endpoints' }).click();
    await page.getByRole('button', { name: 'Add endpoint' }).click();
    const adding = page.getByRole('dialog', { name: 'Add an endpoint' });
    await adding.getByLabel('URL').fill(hook.url);
    await adding.getByLabel('Name').fill('Warehouse');
    await adding.getByLabel('Event types').fill('stock.**');
    await adding.getByRole('button', { name: 'Add endpoint' }).click();
    await page.getByRole('button', { name: 'Open the endpoint' }).click();
    await page.getByRole('heading', { name: 'Warehouse' }).waitFor();
    const targetId = /endpoints\/(tgt_\w+)/.exec(page.url())![1]!;
    // A failure waits for longer than the test.
    await cloud.api.call('PATCH', `/v1/targets/${targetId}`, { retry: { schedule: [3600], jitter: 0 } });

    // It arrives, and shows without a reload.
    await rail.getByRole('link', { name: 'Overview' }).click();
    const latest = page.getByRole('region', { name: 'Latest outcomes' });
    await page.getByRole('button', { name: /^Live\./ }).waitFor();
    await cloud.api.publish('stock.counted', { sku: 'A-1', left: 7 });
    await latest.getByRole('listitem').filter({ hasText: 'stock.counted' }).getByText('Delivered').waitFor();
    expect(hook.arrivals).toHaveLength(1);

    // It fails: the reason is said, on the dashboard too.
    status = 503;
    await cloud.api.publish('stock.moved', { sku: 'A-1', to: 'B' });
    await latest.getByRole('listitem').filter({ hasText: 'stock.moved' }).getByText('Waiting').waitFor();
    await latest.getByRole('link', { name: 'stock.moved' }).click();
    await page.getByRole('heading', { name: 'stock.moved' }).waitFor();
    await page
      .getByText(/^Waiting/)
      .first()
      .waitFor();
    await page.getByText(/503/).first().waitFor();
    await page.getByText('out of order').first().waitFor();

    // Retried by hand, and refused: that is its end.
    status = 400;
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByRole('button', { name: 'Send again' }).waitFor();
    expect(hook.arrivals).toHaveLength(3);

    // Sent again from the dead letters, with its progress.
    status = 200;
    await rail.getByRole('link', { name: 'Dead letters' }).click();
    const letters = page.getByRole('grid', { name: 'Dead letters' });
    await letters.getByRole('row').filter({ hasText: 'stock.moved' }).waitFor();
    await page.getByRole('button', { name: 'Send all again …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
    const job = page.getByRole('region', { name: 'The job that you started' });
    await job.getByText('Completed').waitFor();
    await expect.poll(() => hook.arrivals.length, { timeout: 20_000 }).toBe(4);
    const none = page.getByText(/^No dead letters/);
    // The row stays where it is, and says what has become of it, unless the list was read again meanwhile.
    await letters.getByText('Delivered').or(none).first().waitFor();
    await page.reload();
    await none.waitFor();

    // It keeps failing: the dashboard tells its owner, and why.
    status = 503;
    await rail.getByRole('link', { name: 'Overview' }).click();
    const events = Array.from({ length: 40 }, (_, n) => ({ type: 'stock.moved', data: { n } }));
    await cloud.api.publishBatch(JSON.stringify({ events }));
    const attention = page.getByRole('region', { name: 'Needs attention' });
    await attention.getByRole('link', { name: 'Warehouse', exact: true }).waitFor();
    await attention.getByText(/503/).waitFor();
  });
});
