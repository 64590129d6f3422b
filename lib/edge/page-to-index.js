/**
 * Viewer request of the console's own paths: each page is `index.html`, which then shows the page of that path. Files
 * beside it, such as `/favicon.svg`, lie at the top. Pages' paths can hold dots (`/event-types/payment.failed`), so a
 * dot alone says nothing.
 */
const FILE_AT_TOP = /^\/[^/]+\.[a-z0-9]+$/;

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name.
function handler(event) {
  if (!FILE_AT_TOP.test(event.request.uri)) event.request.uri = '/index.html';
  return event.request;
}
