/**
 * Viewer request of all paths that reach an API: makes a session's cookie the bearer credential that the API knows, and
 * keeps all cookies from it.
 *
 * A browser sends the cookie with requests that other sites' pages start, too. So it counts only beside the header
 * `Posthorn-Console`, which another origin's page can send only after a preflight, and nothing allows that header.
 *
 * It is a CloudFront Function, runtime 2.0, which lacks classes, destructuring, spread, for-of and optional chaining:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 * A function may set Authorization, which is neither a disallowed nor a read-only header:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */

/** The cookies of each page. `__Host-` keeps a sibling domain from setting one. */
const COOKIES = { console: '__Host-posthorn', portal: '__Host-posthorn-portal' };
/** Browsers take no `__Host-` over plain http. No distribution in AWS is asked by these names. */
const LAPTOP = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
const LAPTOP_COOKIES = { console: 'posthorn', portal: 'posthorn-portal' };

/** Only sessions: nothing else in a cookie becomes a credential. */
const SESSION = /^phs_[\w.~+/=-]{1,4096}$/;

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name.
function handler(event) {
  const request = event.request;
  const headers = request.headers;
  const host = headers.host ? headers.host.value : '';
  const session = sessionFor(headers['posthorn-console'], request.cookies, LAPTOP.test(host));
  if (session && !headers.authorization) headers.authorization = { value: `Bearer ${session}` };
  // The API's description names the address that it was asked at.
  headers['x-forwarded-host'] = { value: host };
  request.cookies = {};
  return request;
}

function sessionFor(page, cookies, isLaptop) {
  if (!page || (page.value !== 'console' && page.value !== 'portal')) return undefined;
  const found = cookies[COOKIES[page.value]] || (isLaptop && cookies[LAPTOP_COOKIES[page.value]]);
  return found && SESSION.test(found.value) ? found.value : undefined;
}
