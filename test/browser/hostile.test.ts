import { expect, it } from 'vitest';
import { furnish, SETTINGS_PATHS, type Words } from '../helpers/browser/furnished.ts';
import { overflow, settle } from '../helpers/browser/pages.ts';
import { consumer, inBrowser, operator } from '../helpers/browser/visitor.ts';
import { sharedCloud } from '../helpers/cloud.ts';

const PATIENCE_MS = 300_000;

/** An element that only text from outside can bring, whose script opens a dialog. */
const MARKUP = `<x-evil>"'><img src=x onerror=alert(1)><script>alert(2)</script></x-evil>`;
const LONG = 'W'.repeat(10_000);

const HOSTILE: Words = {
  // Right-to-left letters and marks, and as many characters as a name may have.
  name: `${MARKUP}\u200f\u05d0\u05d1\u0627\u0644${'W'.repeat(128)}`.slice(0, 128),
  type: `javascript:alert('x-evil');//${'a'.repeat(256)}`.slice(0, 256),
  payload: {
    html: MARKUP,
    [MARKUP]: LONG,
    rtl: '\u202e\u05d0\u05d1\u202c',
    link: 'javascript:alert(3)',
    deep: [[[[[[MARKUP]]]]]],
  },
  header: `${MARKUP}${'W'.repeat(900)}`,
  answer: `${MARKUP}${LONG}`,
};

inBrowser('a tenant whose every text is an attack', () => {
  it(
    'is shown as text on every page, none of which grows wider (A19)',
    async () => {
      const cloud = await sharedCloud();
      const { paths, ids } = await furnish(cloud, HOSTILE);
      await cloud.api.call('POST', '/v1/keys', { name: HOSTILE.name, scopes: ['read'] });
      await cloud.api.call('PUT', '/v1/branding', { name: HOSTILE.name });
      const found: string[] = [];
      const phone = { viewport: { width: 390, height: 844 } };
      // The dialogs of scripts are problems that the visitor reports.
      const inConsole = await operator(cloud, phone);
      const inPortal = await consumer(cloud, { name: HOSTILE.name, targetIds: [ids.failing] }, phone);
      // The token sees one endpoint’s alone.
      inPortal.problems.expect(/\b40[34]\b/);
      const portal = Object.entries(paths).map(
        ([name, path]) => [`portal, ${name}`, `/portal${path}`] as const,
      );
      for (const [visitor, pages] of [
        [inConsole, Object.entries({ ...paths, ...SETTINGS_PATHS })],
        [inPortal, portal.filter(([name]) => /overview|deliver|failing|endpoints|alerts/.test(name))],
      ] as const) {
        for (const [name, path] of pages) {
          await settle(visitor.page, path);
          const pixels = await overflow(visitor.page);
          if (pixels > 0) found.push(`${name} is ${pixels} px wider than a phone`);
          const elements = await visitor.page.locator('x-evil, img[src=x], main script').count();
          const links = await visitor.page.locator('[href^="javascript:" i], [src^="javascript:" i]').count();
          if (elements + links > 0)
            found.push(`${name} has ${elements} elements and ${links} links of theirs`);
        }
      }
      expect(found).toEqual([]);
    },
    PATIENCE_MS,
  );
});
