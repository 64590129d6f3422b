import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ADMIN_PATHS, furnish, SETTINGS_PATHS, TRACE } from '../helpers/browser/furnished.ts';
import { accessibility, overflow, settle } from '../helpers/browser/pages.ts';
import { inBrowser, operator } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';

/** Some forty pages, each looked at three times. */
const PATIENCE_MS = 300_000;

/** What is wrong with pages, for those who see little or use a phone. */
async function faultsOf(page: Page, paths: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, path] of Object.entries(paths)) {
    await page.emulateMedia({ colorScheme: 'light' });
    await settle(page, path);
    for (const fault of await accessibility(page)) found.push(`${name}: ${fault}`);
    await darken(page);
    for (const fault of await accessibility(page, ['color-contrast'])) found.push(`${name}, dark: ${fault}`);
    await page.setViewportSize({ width: 390, height: 844 });
    const pixels = await overflow(page);
    if (pixels > 0) found.push(`${name} is ${pixels} px wider than a phone`);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  return found;
}

/** The page hears of the wish, draws itself again, and says so last. */
async function darken(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-scheme=dark]').waitFor();
  expect(await page.evaluate(LIGHTNESS)).toBeLessThan(0x40);
}

/** Of the page’s ground: the first of red, green and blue, up to 255. */
const LIGHTNESS = 'Number(/[0-9]+/.exec(getComputedStyle(document.body).backgroundColor)[0])';

inBrowser('every page', () => {
  it(
    'can be read by everybody, light and dark, and fits a phone (A19)',
    async () => {
      const cloud = await sharedCloud();
      const { paths } = await furnish(cloud);
      const { page } = await operator(cloud);
      expect(await faultsOf(page, paths)).toEqual([]);
      await settle(page, paths.event!);
      await page.getByTitle(TRACE).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'of settings and administration can, too (C8)',
    async () => {
      const { operator: first } = await sharedCloud();
      const { page } = await operator(first);
      expect(await faultsOf(page, { ...SETTINGS_PATHS, ...ADMIN_PATHS })).toEqual([]);
    },
    PATIENCE_MS,
  );
});
