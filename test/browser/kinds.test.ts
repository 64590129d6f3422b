import { expect, it } from 'vitest';
import { inBrowser, operator } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';
import { eventually } from '../helpers/eventually.ts';
import { startEndpoint } from '../helpers/servers/endpoint.ts';

inBrowser('an endpoint of another kind, in the pages', () => {
  it('is added, and changed without its credential being seen or lost (A19, A25)', async () => {
    const cloud = await sharedCloud();
    const slack = await startEndpoint(() => ({ status: 200, body: 'ok' }));
    const { page } = await operator(cloud);
    await page.goto('/endpoints');
    await page.getByRole('button', { name: 'Add endpoint' }).click();
    const adding = page.getByRole('dialog', { name: 'Add an endpoint' });
    await adding.getByLabel('Kind').click();
    await page.getByRole('option', { name: 'Slack' }).click();
    const credential = adding.getByLabel('Webhook URL');
    expect(await credential.getAttribute('type')).toBe('password');
    await credential.fill(`${slack.url}/services/T/B/s3cret-of-slack-1234567890`);
    // What may be left out is behind a button.
    expect(await adding.getByLabel('Title').count()).toBe(0);
    await adding.getByLabel('Name').fill('Channel');
    await adding.getByLabel('Event types').fill('kinds.slack');
    await adding.getByRole('button', { name: 'Add endpoint' }).click();
    await page.getByRole('heading', { name: 'Channel' }).waitFor();
    await page.getByRole('tab', { name: 'Settings' }).click();
    const form = page.getByRole('form', { name: 'Settings' });
    expect(await form.getByLabel('Webhook URL').inputValue()).toBe('[hidden]');
    await form.getByLabel('Title').fill('Order {{data.order}}');
    await form.getByLabel('Fields').fill('data.order\ndata.city');
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.getByText('The settings are saved.').waitFor();
    await eventually(async () => {
      await cloud.api.publish('kinds.slack', { order: 7, city: 'Ulm', other: 'x' });
      const message = String(slack.arrivals.at(-1)?.body);
      expect(message).toContain('Order 7');
      expect(message).toContain('*city*');
      expect(message).not.toContain('*other*');
    });
  });
});
