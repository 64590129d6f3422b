import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { inBrowser, operator, signInPath, visitor } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';
import { startEndpoint } from '../helpers/servers/endpoint.ts';

/** Whose session the browser has. */
const tenantOf = (page: Page): Promise<string> =>
  page.evaluate(
    "fetch('/v1/session', { headers: { 'Posthorn-Console': 'console' } }).then((r) => r.json()).then((s) => s.tenantId)",
  );

inBrowser('signing in', () => {
  it('asks before a link ends a session for one of another tenant', async () => {
    const cloud = await sharedCloud();
    const { page, open } = await operator(cloud);
    const overview = page.getByRole('heading', { name: 'Overview' });
    const link = await signInPath(cloud.operator.api);
    await open(link);
    await page.getByRole('heading', { name: 'Open this link?' }).waitFor();
    expect(page.url()).not.toContain('link=');
    await page.getByRole('button', { name: 'Stay where I am' }).click();
    await overview.waitFor();
    expect(await tenantOf(page)).toBe(cloud.tenant);
    // It was not used up by asking. On a page that is opened anew, too.
    await open('about:blank');
    await open(link);
    await page.getByRole('button', { name: 'Open the link' }).click();
    await overview.waitFor();
    expect(await tenantOf(page)).not.toBe(cloud.tenant);
    // The same tenant's is followed at once.
    await open(await signInPath(cloud.operator.api));
    await page.getByRole('heading', { name: 'Open this link?' }).waitFor({ state: 'detached' });
    await overview.waitFor();
  });

  it('shows no words of an address that nobody was sent back to', async () => {
    const { page, open } = await visitor(await sharedCloud());
    await open('/signin/callback?error=denied&error_description=Call+0800+1234+now&state=guessed');
    await page.getByText('This sign-in was not begun in this tab.').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('0800');
  });
});

inBrowser('a payload', () => {
  it.each([
    ['of a hundred thousand levels', '['.repeat(100_000) + ']'.repeat(100_000), '[1]'],
    [
      'of half a million members',
      JSON.stringify(Array.from({ length: 80 }, () => Array.from({ length: 80 }, () => Array(80).fill(0)))),
      '[80]',
    ],
  ])('%s leaves its page in order', async (name, body, shown) => {
    const cloud = await sharedCloud();
    const { url } = await startEndpoint(() => ({ status: 200 }));
    const type = name.replaceAll(' ', '-');
    await cloud.api.subscribe({ url, events: [type] });
    const answer = await fetch(`${cloud.apiUrl}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${cloud.key}`,
        'content-type': 'application/json',
        'ce-type': type,
        'ce-id': type,
        'ce-source': '/test',
        'ce-specversion': '1.0',
      },
      body,
    });
    expect([answer.status, await answer.clone().text()]).toEqual([202, expect.any(String)]);
    const { id } = (await answer.json()) as { id: string };
    const { page, open } = await operator(cloud);
    await open(`/events/${encodeURIComponent(id)}`);
    await page.getByRole('button', { name: 'Download' }).waitFor();
    await page.getByText(shown, { exact: true }).first().waitFor();
    // All members would be half a million elements.
    expect(await page.locator('body *').count()).toBeLessThan(100_000);
    expect(await page.getByText('This page failed').count()).toBe(0);
  });
});
