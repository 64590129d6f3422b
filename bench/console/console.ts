import { type Browser, chromium, type Page, type Route } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../test/helpers/browser/chromium.ts';
import { percentile, round } from '../rig/statistics.ts';
import { openShop, type Shop } from './shop.ts';

/** How the console feels in Chromium: scrolling, clicking while much arrives, and how soon it is there. */
export interface ConsoleFigures {
  readonly scrolls: readonly {
    readonly list: string;
    readonly rows: number;
    readonly frames: number;
    /** The share of frames that took longer than 50 ms, and the longest, in milliseconds. */
    readonly long: number;
    readonly longest: number;
  }[];
  /** While 200 outcomes a second arrive: from a click to the next paint, in milliseconds. */
  readonly clicks: {
    readonly count: number;
    readonly p50: number;
    readonly p98: number;
    readonly longest: number;
  };
  /** From the navigation to the first paint, and to the first figure, in milliseconds. */
  readonly opening: { readonly firstPaint: number; readonly firstFigure: number; readonly scriptKb: number };
}

const ROWS = 1000;
const RUNS = { full: 5, quick: 1 };
const CLICK_SECONDS = { full: 20, quick: 5 };
const OUTCOMES_PER_FRAME = 200;

const LISTS: readonly (readonly [list: string, path: string, api: string])[] = [
  ['events', '/events?range=24h', '/v1/events'],
  ['deliveries', '/deliveries?range=24h', '/v1/deliveries'],
  ['endpoints', '/endpoints', '/v1/targets'],
  ['subscriptions', '/subscriptions', '/v1/subscriptions'],
  ['event types', '/event-types', '/v1/event-types'],
  ['dead letters', '/dead-letters', '/v1/dead-letters'],
];

export async function measureConsole(size: 'full' | 'quick'): Promise<ConsoleFigures> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('no Chromium on this machine');
  const shop = await openShop(6);
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  try {
    const scrolls = [];
    for (const [list, path, api] of LISTS) {
      const runs = [];
      for (let run = 0; run < RUNS[size]; run++)
        runs.push(await scroll(await signedIn(browser, shop), path, api));
      scrolls.push({ list, ...medianOf(runs) });
    }
    const clicks = await clickAround(await signedIn(browser, shop, flood), CLICK_SECONDS[size]);
    const openings = [];
    for (let run = 0; run < RUNS[size]; run++) openings.push(await open(await signedIn(browser, shop)));
    return { scrolls, clicks, opening: medianOf(openings) };
  } finally {
    await browser.close();
    await shop.stop();
  }
}

/** Of each figure by itself. */
function medianOf<F extends Readonly<Record<string, number>>>(runs: readonly F[]): F {
  const names = Object.keys(runs[0]!) as (keyof F)[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      percentile(
        runs.map((run) => run[name]!),
        50,
      ),
    ]),
  ) as F;
}

async function signedIn(
  browser: Browser,
  { cloud, api }: Shop,
  prepare?: (page: Page) => Promise<void>,
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: cloud.consoleUrl,
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await prepare?.(page);
  const { token } = await api.call<{ token: string }>('POST', '/v1/sign-in-links');
  await page.goto(`/#link=${token}`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}

/** As many rows as are measured, made of the first real one. */
async function manyRows(page: Page, api: string): Promise<void> {
  const isList = (url: URL): boolean => url.pathname === api;
  await page.route(isList, async (route: Route) => {
    const url = new URL(route.request().url());
    const limit = Number(url.searchParams.get('limit') ?? 50);
    const from = Number(url.searchParams.get('cursor') ?? 0);
    url.searchParams.delete('cursor');
    const response = await route.fetch({ url: url.href });
    const { items } = (await response.json()) as { items: Record<string, unknown>[] };
    const rows = Array.from({ length: Math.min(limit, ROWS - from) }, (_, i) => {
      const row = items[(from + i) % items.length]!;
      return {
        ...row,
        ...(row.id !== undefined ? { id: `${row.id}${from + i}` } : { name: `${row.name}.${from + i}` }),
      };
    });
    const next = from + limit < ROWS ? String(from + limit) : null;
    await route.fulfill({ response, json: { items: rows, next } });
  });
}

const SCROLL = `new Promise((resolve) => {
  const frames = [];
  let last = performance.now();
  let stuck = 0;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    const before = scrollY;
    scrollBy(0, 120);
    stuck = scrollY === before ? stuck + 1 : 0;
    if (stuck < 60 && frames.length < 2000) requestAnimationFrame(step);
    else resolve({ frames: frames.slice(1), rows: Number(document.querySelector('[role=rowgroup] [role=row]:last-child')?.getAttribute('aria-rowindex') ?? 0) - 1 });
  };
  requestAnimationFrame(step);
})`;

/** Scrolls a list to its end, 120 px a frame, which is as fast as a wheel is turned. */
async function scroll(page: Page, path: string, api: string) {
  await manyRows(page, api);
  await page.goto(path);
  await page.getByRole('row').nth(10).waitFor();
  const { frames, rows } = (await page.evaluate(SCROLL)) as { frames: number[]; rows: number };
  await page.context().close();
  const long = frames.filter((ms) => ms > 50).length / frames.length;
  return { rows, frames: frames.length, long: round(long, 3), longest: round(Math.max(...frames), 0) };
}

/** Sends the page a frame with 200 outcomes each second, as the live channel does under load. */
async function flood(page: Page): Promise<void> {
  await page.routeWebSocket(/\/live/, (socket) => {
    let n = 0;
    const timer = setInterval(() => {
      const at = new Date().toISOString();
      const outcomes = Array.from({ length: OUTCOMES_PER_FRAME }, () => {
        const number = String(n++).padStart(26, '0');
        const status = n % 10 === 0 ? 'parked' : 'delivered';
        return {
          deliveryId: `dlv_${number}`,
          eventId: `evt_${number}`,
          type: 'order.created',
          targetId: 'tgt_0',
          subscriptionId: 'sub_0',
          status,
          attempt: 1,
          statusCode: status === 'delivered' ? 200 : 503,
          ms: 12,
          at,
        };
      });
      socket.send(
        JSON.stringify({
          type: 'frame',
          id: String(Date.now()).padStart(26, '0'),
          at,
          outcomes,
          counts: { delivered: 180, failed: 20, dead: 0, waiting: 20, leftOut: 0 },
          changed: ['targets'],
        }),
      );
    }, 1000);
    socket.onClose(() => clearInterval(timer));
  });
  await page.addInitScript(`
    globalThis.interactions = [];
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries()) if (interactionId) interactions.push(duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  `);
}

/** Goes from page to page, opens and closes, while it floods. */
async function clickAround(page: Page, seconds: number): Promise<ConsoleFigures['clicks']> {
  const rail = page.getByRole('navigation', { name: 'Pages' }).first();
  const end = Date.now() + seconds * 1000;
  let count = 0;
  while (Date.now() < end) {
    for (const name of ['Deliveries', 'Endpoints', 'Overview']) {
      await rail.getByRole('link', { name }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await page.getByRole('button', { name: 'Account and look' }).click();
      await page.keyboard.press('Escape');
      count += 3;
    }
  }
  // What took less than a frame is not told by the browser.
  const told = (await page.evaluate('interactions')) as number[];
  const all = [...told, ...Array.from({ length: Math.max(0, count - told.length) }, () => 16)];
  await page.context().close();
  return { count, p50: percentile(all, 0.5), p98: percentile(all, 0.98), longest: Math.max(...all) };
}

const FIRST_FIGURE = `
  new MutationObserver((_, observer) => {
    const figure = [...document.querySelectorAll('main a')].find(({ textContent }) => /^Deliveries[\\s\\d]*\\d/.test(textContent));
    if (!figure) return;
    globalThis.firstFigure = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true, characterData: true });
`;

/** Opens the overview with an empty cache and a session. */
async function open(page: Page): Promise<ConsoleFigures['opening']> {
  const fresh = await page.context().newPage();
  const devtools = await page.context().newCDPSession(fresh);
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await fresh.addInitScript(FIRST_FIGURE);
  await fresh.goto('/');
  await fresh.waitForFunction(() => 'firstFigure' in globalThis);
  const read = `({
    firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    firstFigure,
    scriptKb: performance.getEntriesByType('resource').filter(({ name, startTime }) => /\\.js$/.test(name) && startTime < firstFigure).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000,
  })`;
  const { firstPaint, firstFigure, scriptKb } = (await fresh.evaluate(read)) as ConsoleFigures['opening'];
  await page.context().close();
  return {
    firstPaint: round(firstPaint, 0),
    firstFigure: round(firstFigure, 0),
    scriptKb: round(scriptKb, 0),
  };
}

export function printConsole({ scrolls, clicks, opening }: ConsoleFigures): void {
  console.log('Scrolling a thousand rows:');
  console.table(Object.fromEntries(scrolls.map(({ list, ...figures }) => [list, figures])));
  console.log(
    `\nClicks and keys while ${OUTCOMES_PER_FRAME} outcomes a second arrive, to the next paint (ms):`,
  );
  console.table(clicks);
  console.log('\nOpening the overview with an empty cache (ms, kB):');
  console.table(opening);
}
