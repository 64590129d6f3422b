import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core';

/** What goes wrong in a page without its user seeing it. */
export interface Problems {
  /** What no `expect` call has allowed, in words. */
  unexpected(): readonly string[];
  /** Problems that the test causes: each that matches is none. */
  expect(...patterns: readonly RegExp[]): void;
}

/** Chromium reports each answer of 400 and above. Whether somebody is signed in is asked before anybody is. */
const ALWAYS = [/\b401\b.* \/v1\/session$/];

/**
 * Collects errors of scripts, of the console (violations of the content security policy among them), and requests to
 * other hosts.
 * @param hosts that the pages may talk to
 */
export function watchProblems(context: BrowserContext, hosts: ReadonlySet<string>): Problems {
  const found: string[] = [];
  const expected: RegExp[] = [...ALWAYS];
  context.on('page', (page: Page) =>
    page.on('dialog', (dialog) => {
      found.push(`a dialog: ${dialog.message().slice(0, 100)}`);
      void dialog.dismiss().catch(() => undefined);
    }),
  );
  // What no script of ours has called, such as a file that could not be fetched, has an empty stack.
  context.on('weberror', (error) => {
    const { stack, message } = error.error();
    found.push(`script: ${stack || message}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error' || isPolicy(message))
      found.push(`console: ${message.text()} ${pathOf(message)}`);
  });
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.protocol !== 'blob:' && !hosts.has(url.host)) {
      found.push(`a request to ${url.host}`);
    }
  });
  return {
    unexpected: () => found.filter((each) => !expected.some((pattern) => pattern.test(each))),
    expect: (...patterns) => void expected.push(...patterns),
  };
}

const isPolicy = (message: ConsoleMessage): boolean => /content security policy/i.test(message.text());

function pathOf(message: ConsoleMessage): string {
  const { url } = message.location();
  return URL.canParse(url) ? new URL(url).pathname : '';
}
