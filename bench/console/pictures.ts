import { fileURLToPath } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../test/helpers/browser/chromium.ts';
import { openShop, type Shop } from './shop.ts';

/** `npm run pictures`: opens the console on a shop’s morning, and writes docs/pictures/. */

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('no Chromium on this machine');
const shop = await openShop();
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
try {
  await takeAll(shop);
} finally {
  await browser.close();
  await shop.stop();
}
process.exit(0);

interface Delivery {
  readonly id: string;
  readonly event: { readonly id: string };
}

async function takeAll({ cloud, api, endpoints }: Shop): Promise<void> {
  const first = async (query: string): Promise<Delivery> =>
    (await api.call<{ items: Delivery[] }>('GET', `/v1/deliveries?limit=1&${query}`)).items[0]!;
  // The oldest that waits was tried; those after it wait for its success.
  const waiting = `targetId=${endpoints.crm.targetId}&status=retrying,parked&limit=200`;
  const failing = (await api.call<{ items: Delivery[] }>('GET', `/v1/deliveries?${waiting}`)).items.at(-1)!;
  const dead = await first('status=dead');
  const pages: readonly (readonly [name: string, path: string, act?: (page: Page) => Promise<unknown>])[] = [
    ['overview', '/?range=6h'],
    ['deliveries', `/deliveries?range=6h&open=${dead.id}`],
    ['delivery', `/deliveries/${failing.id}`],
    ['event', `/events/${dead.event.id}`],
    ['endpoints', '/endpoints'],
    ['endpoint', `/endpoints/${endpoints.crm.targetId}?range=6h`],
    ['filter', `/subscriptions/${endpoints.billing.id}?tab=filter`],
    ['event-type', '/event-types/payment.failed'],
    ['dead-letters', '/dead-letters'],
    ['administration', '/admin'],
  ];
  const light = await signedIn({ colorScheme: 'light', viewport: WIDE });
  for (const [name, path, act] of pages) await take(light, name, path, act);
  await take(await signedIn({ colorScheme: 'dark', viewport: WIDE }), 'overview-dark', '/?range=6h');
  await take(
    await signedIn({ colorScheme: 'light', viewport: PHONE, deviceScaleFactor: 2 }),
    'phone',
    '/?range=6h',
  );
  const limits = {
    name: 'Acme Ltd',
    scopes: ['manage'],
    expiresInSeconds: 900,
    targetIds: [endpoints.warehouse.targetId, endpoints.crm.targetId],
  };
  const { token } = await api.call<{ token: string }>('POST', '/v1/portal-tokens', limits);
  const portal = await newPage({ colorScheme: 'light', viewport: { width: 1000, height: 720 } });
  await portal.goto(`${cloud.consoleUrl}/portal/#token=${token}`);
  await portal.getByRole('heading', { name: 'Overview' }).waitFor();
  await take(portal, 'portal', '/portal/?range=6h');
}

async function newPage(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({
    baseURL: shop.cloud.consoleUrl,
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    ...options,
  });
  return context.newPage();
}

async function signedIn(options: BrowserContextOptions): Promise<Page> {
  const page = await newPage(options);
  const { token } = await shop.api.call<{ token: string }>('POST', '/v1/sign-in-links');
  await page.goto(`/#link=${token}`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}

async function take(
  page: Page,
  name: string,
  path: string,
  act?: (page: Page) => Promise<unknown>,
): Promise<void> {
  await page.goto(path);
  await page.getByRole('button', { name: /^Live\./ }).waitFor();
  await page.locator('main [role=progressbar]:not([aria-valuenow])').first().waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await act?.(page);
  // The pointer shows no hint.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: 'disabled' });
  console.log(`docs/pictures/${name}.png`);
}
