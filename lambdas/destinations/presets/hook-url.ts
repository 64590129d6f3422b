import { type Allowed, targetUrlProblem } from '../../http-client/target-url.ts';

/** URLs of incoming webhooks, each of which is a credential. */
export interface HookForm {
  /** Hosts; one that begins with a dot stands for all names below it. */
  readonly hosts: readonly string[];
  readonly path: RegExp;
  /** For people. */
  readonly expected: string;
}

/**
 * What is wrong with the URL of an incoming webhook. Where private addresses are allowed, which is on a developer's machine, any
 * host may stand for the service.
 */
export function hookProblem(text: string, allowed: Allowed, form: HookForm): string | undefined {
  const problem = targetUrlProblem(text, allowed);
  if (problem !== undefined || allowed.privateAddresses) return problem;
  const { hostname, pathname } = new URL(text);
  const isKnown = form.hosts.some((host) =>
    host.startsWith('.') ? hostname.endsWith(host) : hostname === host,
  );
  return isKnown && form.path.test(pathname) ? undefined : form.expected;
}

/** What is shown of a URL that is a credential. Nothing of one that is none yet. */
export const originOf = (url: string): string => URL.parse(url)?.origin ?? '';

/** What is wrong with an address that stands for a service's own. */
export const endpointProblem = (endpoint: string | undefined, allowed: Allowed): string | undefined => {
  if (endpoint === undefined) return undefined;
  if (!allowed.privateAddresses)
    return 'expected none: only where private addresses are allowed can another host stand for it';
  const problem = targetUrlProblem(endpoint, allowed);
  if (problem) return problem;
  const { pathname, search } = new URL(endpoint);
  return pathname === '/' && search === '' ? undefined : 'expected a URL without path and query';
};

/** A credential, and the parts of it that are one by themselves: of a URL, its long segments and the values of its query. */
export function partsOf(credential: string): string[] {
  const url = URL.parse(credential);
  if (!url) return [credential];
  const parts = [...url.pathname.split('/'), ...url.searchParams.values(), url.search.slice(1)];
  return [credential, url.href, ...parts.filter((part) => part.length >= SECRET_LENGTH)];
}

/** The shortest of their tokens has 24 characters. */
const SECRET_LENGTH = 20;
