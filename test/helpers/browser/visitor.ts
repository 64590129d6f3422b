import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { describe, expect, inject, onTestFinished } from 'vitest';
import type { ApiClient } from '../../../local/api-client.ts';
import type { TestCloud } from '../cloud.ts';
import { type Problems, watchProblems } from './problems.ts';

/** A group of tests in a browser. Without one on this machine it is skipped: see test/browser/launch.ts. */
export const inBrowser = describe.skipIf(inject('browserUrl') === '');

/** Longer than any page takes on a busy machine, and shorter than a test. */
const PATIENCE_MS = 15_000;
const PICTURES = '.local/browser';

/** Nothing moves: a colour that is looked at is not one on its way to another. */
const STILL = `
  const still = new CSSStyleSheet();
  still.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
  document.adoptedStyleSheets = [still];
`;

let connected: Promise<Browser> | undefined;

/** Somebody at a browser of their own. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: Problems;
  /** Opens a path of the console’s address. */
  open(path: string): Promise<void>;
}

export interface VisitorOptions extends BrowserContextOptions {
  /** Hosts besides the console’s that the pages talk to. */
  readonly hosts?: readonly string[];
}

/**
 * A browser without cookies. It is closed with the test, which fails if anything went wrong in its pages.
 */
export async function visitor(
  cloud: TestCloud,
  { hosts = [], ...options }: VisitorOptions = {},
): Promise<Visitor> {
  connected ??= chromium.connect(inject('browserUrl'));
  const browser = await connected;
  const context = await browser.newContext({
    baseURL: cloud.consoleUrl,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  await context.addInitScript(STILL);
  context.setDefaultTimeout(PATIENCE_MS);
  const problems = watchProblems(context, new Set([new URL(cloud.consoleUrl).host, ...hosts]));
  const page = await context.newPage();
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await picture(page, task.name);
    await context.close();
    expect(problems.unexpected()).toEqual([]);
  });
  return { page, context, problems, open: async (path) => void (await page.goto(path)) };
}

/** A visitor who has opened a sign-in link of this key. */
export async function operator(cloud: TestCloud, options?: VisitorOptions): Promise<Visitor> {
  const guest = await visitor(cloud, options);
  await guest.open(await signInPath(cloud.api));
  await guest.page.getByRole('heading', { name: 'Overview' }).waitFor();
  return guest;
}

/** A path that signs in once. */
export async function signInPath(api: ApiClient): Promise<string> {
  const { token } = await api.call<{ token: string }>('POST', '/v1/sign-in-links', {});
  return `/#link=${token}`;
}

/** A visitor of the portal with a token of its own. @param limits of the token, such as `targetIds` */
export async function consumer(
  cloud: TestCloud,
  limits: Readonly<Record<string, unknown>> = {},
  options?: VisitorOptions,
): Promise<Visitor> {
  const guest = await visitor(cloud, options);
  await guest.open(await portalPath(cloud.api, limits));
  await guest.page.getByRole('heading', { name: 'Overview' }).waitFor();
  return guest;
}

export async function portalPath(
  api: ApiClient,
  limits: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const body = { name: 'A consumer', scopes: ['manage'], expiresInSeconds: 900, ...limits };
  const { token } = await api.call<{ token: string }>('POST', '/v1/portal-tokens', body);
  return `/portal/#token=${token}`;
}

/** What a failed test saw, to look at. */
async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const file = `${name.replace(/[^\w-]+/g, '-').slice(0, 80)}.png`;
  await page.screenshot({ path: join(PICTURES, file) }).catch(() => undefined);
}
