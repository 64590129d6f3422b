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

  it('is given a credential by its form, and a transformation that was tried (A19, A25)', async () => {
    const cloud = await sharedCloud();
    const service = await startEndpoint(() => ({ status: 200 }));
    const { page } = await operator(cloud);
    await page.goto('/endpoints');
    await page.getByRole('button', { name: 'Add endpoint' }).click();
    const adding = page.getByRole('dialog', { name: 'Add an endpoint' });
    await adding.getByLabel('Kind').click();
    await page.getByRole('option', { name: 'HTTP API' }).click();
    await adding.getByLabel('URL', { exact: false }).first().fill(`${service.url}/api`);
    await adding.getByLabel('Authentication').click();
    await page.getByRole('option', { name: 'bearer' }).click();
    const token = adding.getByLabel('Token');
    expect(await token.getAttribute('type')).toBe('password');
    await token.fill('t0ken-of-the-service');
    await adding.getByLabel('Name', { exact: true }).fill('Service');
    await adding.getByLabel('Event types').fill('kinds.http');
    await adding.getByRole('button', { name: 'Add endpoint' }).click();
    await page.getByRole('button', { name: 'Open the endpoint' }).click();
    await page.getByRole('tab', { name: 'Settings' }).click();
    const form = page.getByRole('form', { name: 'Settings' });
    expect(await form.getByLabel('Token').inputValue()).toBe('[hidden]');
    await form.getByLabel('JSONata expression').fill('{"body": {"n": data.');
    await form.getByRole('button', { name: 'Try it' }).click();
    await form.getByLabel('Payload, as JSON').fill('{"order": 7}');
    await form.getByRole('button', { name: 'Show the request' }).click();
    await form.getByText('expected a JSONata expression').waitFor();
    await form.getByLabel('JSONata expression').fill('{"body": {"n": data.order}}');
    await form.getByRole('button', { name: 'Show the request' }).click();
    const made = form.getByRole('status', { name: 'The request' });
    await made.getByText('"n": 7').waitFor();
    expect(await made.innerText()).toContain(`POST ${service.url}/api`);
    expect(await made.innerText()).not.toContain('t0ken');
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.getByText('The settings are saved.').waitFor();
    await eventually(async () => {
      await cloud.api.publish('kinds.http', { order: 8 });
      const last = service.arrivals.at(-1);
      expect(String(last?.body)).toBe('{"n":8}');
      expect(last?.headers.authorization).toBe('Bearer t0ken-of-the-service');
    });
  });
});
