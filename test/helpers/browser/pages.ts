import axe, { type Result, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../eventually.ts';

/** Opens a path and waits until the page has read what it shows. */
export async function settle(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}

/** Waits until nothing on the page says that it is loading. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1, h2, main [role=alert]').first().waitFor();
  await page.locator('main [role=progressbar]:not([aria-valuenow])').first().waitFor({ state: 'detached' });
}

/** How many pixels a page is wider than its window, once it has taken its place in it. */
export async function overflow(page: Page): Promise<number> {
  let pixels = 0;
  const fits = async (): Promise<void> => {
    pixels = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(pixels).toBe(0);
  };
  await eventually(fits, { timeout: 2000 }).catch(() => undefined);
  return pixels;
}

/**
 * What axe-core finds wrong, a line each: the rule, and the first place. The page’s own document is all that it looks
 * at, so a page with frames is refused.
 * @param rules those that are looked at; all when left out
 */
export async function accessibility(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  expect(page.frames()).toHaveLength(1);
  // Loaded once for each document: it is half a megabyte.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(`${axe.source}; undefined`);
  const options: RunOptions = {
    resultTypes: ['violations'],
    ...(rules && { runOnly: { type: 'rule', values: [...rules] } }),
  };
  const violations = await page.evaluate<Result[]>(
    `axe.run(${JSON.stringify(options)}).then((results) => results.violations)`,
  );
  return violations.map(({ id, nodes }) => {
    const [first] = nodes;
    const why = [...(first?.any ?? []), ...(first?.all ?? []), ...(first?.none ?? [])][0]?.message;
    return `${id} in ${nodes.length} places, first ${first?.html.slice(0, 160)}: ${why}`;
  });
}
