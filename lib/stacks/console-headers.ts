import { Duration, Stack } from 'aws-cdk-lib';
import {
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type ResponseHeadersPolicyProps,
} from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

/** The hash of the empty text: Emotion inserts empty style elements and fills them through the CSSOM. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * What the console's pages may load: nothing of another host, no inline script, no inline style.
 *
 * `'self'` covers a WebSocket of the same host in Chromium since 70, Firefox, and Safari since 15.4
 * (https://github.com/w3c/webappsec-csp/issues/7). CloudFront's own name can't stand here: the distribution has the
 * name, and needs the policy first.
 *
 * @param framedBy origins whose pages may frame them
 */
const pagePolicy = (framedBy: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${EMPTY_STYLE}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${framedBy.join(' ') || "'none'"}`,
  ].join('; ');

/**
 * The API's answers are data. One that holds a payload has its producer's content type, HTML for instance, and is now of
 * the pages' origin: opened in a tab, it runs nothing and has an origin of its own.
 */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Of the answers that have none of their own: the pages of `/docs` and `/catalogue` bring theirs. */
const FALLBACK_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** What no page of ours uses. */
const PERMISSIONS = ['camera', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

/** The headers that CloudFront adds to pages. */
export function pageHeaders(
  scope: Construct,
  name: string,
  embedOrigins: readonly string[],
): Record<'pages' | 'portal', ResponseHeadersPolicy> {
  const pages = (id: string, framedBy: readonly string[]): ResponseHeadersPolicy =>
    policy(scope, name, id, {
      securityHeadersBehavior: { ...always, contentSecurityPolicy: csp(pagePolicy(framedBy)) },
      customHeadersBehavior: {
        customHeaders: [
          custom('permissions-policy', PERMISSIONS),
          custom('cross-origin-opener-policy', 'same-origin'),
          custom('cross-origin-resource-policy', 'same-origin'),
        ],
      },
      // What S3 says of itself.
      removeHeaders: ['x-amz-server-side-encryption', 'x-amz-version-id'],
    });
  return { pages: pages('Pages', []), portal: pages('Portal', embedOrigins) };
}

/** The headers that CloudFront adds to answers of the API. */
export const apiHeaders = (
  scope: Construct,
  name: string,
): Record<'data' | 'docs', ResponseHeadersPolicy> => ({
  data: policy(scope, name, 'Data', {
    securityHeadersBehavior: { ...always, contentSecurityPolicy: csp(DATA_POLICY) },
  }),
  docs: policy(scope, name, 'Docs', {
    securityHeadersBehavior: { ...always, contentSecurityPolicy: csp(FALLBACK_POLICY, false) },
  }),
});

function policy(
  scope: Construct,
  name: string,
  id: string,
  props: ResponseHeadersPolicyProps,
): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, `${id}Headers`, {
    // The account has one list of names for all regions.
    responseHeadersPolicyName: `${name}-${id.toLowerCase()}-${Stack.of(scope).region}`,
    ...props,
  });
}

/**
 * On the laptop, too: browsers ignore Strict-Transport-Security over plain http (RFC 6797, 8.1). Subdomains are not
 * included, since they may be somebody else's.
 */
const always = {
  strictTransportSecurity: {
    accessControlMaxAge: Duration.days(365),
    includeSubdomains: false,
    override: true,
  },
  contentTypeOptions: { override: true },
  referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
} as const;

const csp = (contentSecurityPolicy: string, override = true) => ({ contentSecurityPolicy, override });

const custom = (header: string, value: string) => ({ header, value, override: true });
