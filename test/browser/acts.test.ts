import { expect, it } from 'vitest';
import { furnish } from '../helpers/browser/furnished.ts';
import { settle } from '../helpers/browser/pages.ts';
import { inBrowser, operator } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';

const PATIENCE_MS = 180_000;

interface Total {
  readonly deliveries: number;
  readonly delivered: number;
  readonly attemptSuccessRate: number;
}

inBrowser('what is done in the pages', () => {
  it('the overview’s figures are the API’s (D13)', async () => {
    const cloud = await sharedCloud();
    await furnish(cloud);
    const { page } = await operator(cloud);
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const { total } = await cloud.api.call<{ total: Total }>('GET', `/v1/metrics?from=${from}`);
    expect(total).toMatchObject({ deliveries: 3, delivered: 1 });
    const figure = (name: RegExp) => page.getByRole('main').getByRole('link', { name }).first();
    await figure(/^Deliveries 3\b/).waitFor();
    await figure(/^Delivered 1\b/).waitFor();
    await figure(new RegExp(`^Successful attempts ${Math.floor(total.attemptSuccessRate * 100)}`)).waitFor();
    await figure(/^Waiting now 1\b/).waitFor();
    await figure(/^Dead letters 1\b/).click();
    await page.getByRole('grid', { name: 'Dead letters' }).getByRole('row').nth(1).waitFor();
  });

  it('a rule is made, changed and deleted, and its state shows without a reload (A24)', async () => {
    const cloud = await sharedCloud();
    const url = 'https://hooks.example.com/orders';
    const { id: targetId } = await cloud.api.call<{ id: string }>('POST', '/v1/targets', { url });
    const { page, problems } = await operator(cloud);
    problems.expect(/\b422\b/);
    await settle(page, `/endpoints/${targetId}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Alert me …' }).click();
    const making = page.getByRole('dialog', { name: 'Create alert rule' });
    await making.getByLabel('Fewer succeed than').fill('0');
    await making.getByLabel('Name').fill('Orders fail');
    await making.getByRole('button', { name: 'Create' }).click();
    await making.getByText('expected a number from 0.1 to 100').waitFor();
    await making.getByLabel('Fewer succeed than').fill('99.5');
    await making.getByLabel('Send a mail').check();
    await making.getByRole('button', { name: 'Create' }).click();
    await making.getByText('expected a tenant with a contact, to which mail goes').waitFor();
    await making.getByLabel('Send a mail').uncheck();
    await making
      .getByText('It rings when fewer than 99.5\u2009% of attempts succeed, over 15 minutes.')
      .waitFor();
    await making.getByRole('button', { name: 'Create' }).click();

    const panel = page.getByRole('complementary', { name: 'Detail' });
    await panel.getByText('Not judged yet').waitFor();
    const row = page
      .getByRole('grid', { name: 'Alert rules' })
      .getByRole('row')
      .filter({ hasText: 'Orders fail' });
    await row.getByText(/^fewer than 99\.5/).waitFor();
    const id = /open=(alr_\w+)/.exec(page.url())![1]!;
    expect(await cloud.api.call('GET', `/v1/alert-rules/${id}`)).toMatchObject({
      targetId,
      when: { metric: 'successRate', below: 0.995, minutes: 15, minimum: 20 },
    });

    await panel.getByRole('button', { name: 'Edit' }).click();
    const editing = page.getByRole('dialog', { name: 'Edit alert rule' });
    await editing.getByLabel('Notify me when').click();
    await page.getByRole('option', { name: 'Deliveries die' }).click();
    await editing.getByRole('button', { name: 'Save' }).click();
    await row.getByText('a delivery dies within 1 hour').waitFor();

    // By somebody else, so that a frame tells of it.
    await cloud.api.call('PATCH', `/v1/alert-rules/${id}`, { active: false });
    await row.getByText('Switched off').waitFor();
    await panel.getByRole('button', { name: 'Delete' }).click();
    const sure = page.getByRole('dialog', { name: 'Delete this rule?' });
    await sure.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No rule is about this endpoint.').waitFor();
  });

  it(
    'an administrator makes a tenant, limits it, looks at it from inside, and erases it (C8)',
    async () => {
      const { operator: first } = await sharedCloud();
      const { page } = await operator(first);
      const name = `Contoso ${Date.now()}`;
      await settle(page, '/admin?tab=tenants');
      await page.getByRole('button', { name: 'Create a tenant' }).click();
      const making = page.getByRole('dialog', { name: 'Create a tenant' });
      await making.getByLabel('Name').fill(name);
      await making.getByRole('button', { name: 'Create' }).click();
      const made = page.getByRole('dialog', { name: 'The tenant’s first key' });
      await made.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('grid', { name: 'Tenants' }).getByText(name).click();
      const panel = page.getByRole('complementary', { name: 'Detail' });
      await panel.getByLabel('Hours that the log is kept').fill('48');
      await panel.getByRole('button', { name: 'Save' }).click();
      await page.getByText(/^Saved\./).waitFor();
      await panel.getByRole('button', { name: 'Open as this tenant' }).click();
      await page.getByText(/^You act for/).waitFor();
      await page.getByText('Send the first webhook').waitFor();
      await page.getByRole('button', { name: 'Return to your own tenant' }).click();
      await page.getByText(/^You act for/).waitFor({ state: 'hidden' });

      await settle(page, '/admin?tab=tenants');
      await page.getByRole('grid', { name: 'Tenants' }).getByText(name).click();
      await panel.getByRole('button', { name: 'Erase the tenant' }).click();
      const sure = page.getByRole('dialog', { name: 'Erase this tenant?' });
      const erase = sure.getByRole('button', { name: 'Erase' });
      expect(await erase.isDisabled()).toBe(true);
      await sure.getByRole('textbox').fill(name);
      await erase.click();
      await sure.waitFor({ state: 'hidden' });
      await page.getByText('Being erased').first().waitFor();
    },
    PATIENCE_MS,
  );
});
