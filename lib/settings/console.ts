import * as z from 'zod';
import { hostedZoneSchema, hostName, outsideOf } from './domain.ts';
import { oidcSchema } from './oidc.ts';

/** A page that may frame another one, as `frame-ancestors` takes it. */
const FRAMING = /^https:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?$/;
/** The same on the machine of whoever develops that page; `:*` is any port. */
const FRAMING_LOCAL = /^http:\/\/(localhost|127\.0\.0\.1)(:(\d{1,5}|\*))?$/;

const CERTIFICATE = /^arn:aws(-[a-z]+)*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/;

/**
 * CloudFront takes a Content-Security-Policy of 1,783 characters, and ours has some 300 without these.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-policies
 */
const EMBED_CHARACTERS = 1300;

/** How the console is served. An environment without this setting has none. */
export const consoleSchema = z
  .strictObject({
    /** `false`: there are no pages, and the distribution stands before the API alone, such as for a web ACL. */
    pages: z.boolean().optional(),
    /**
     * A name for the console and the API, in place of CloudFront's own. The certificate has to be in us-east-1, the
     * only region that CloudFront takes one from. With a hosted zone of Route 53 its records are made; without one,
     * point the name at the distribution yourself.
     * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
     */
    domain: z
      .strictObject({
        name: hostName('console.example.com'),
        certificateArn: z
          .string()
          .regex(
            CERTIFICATE,
            'expected a certificate of us-east-1, such as arn:aws:acm:us-east-1:123456789012:certificate/…: CloudFront takes none of another region',
          ),
        hostedZone: hostedZoneSchema.optional(),
      })
      .optional(),
    /**
     * A web ACL before console and API, with AWS's managed rules and a limit on requests of one address. $5 a month, $1
     * for each of its four rules, and $0.60 for a million requests. 10 is the least that AWS takes.
     */
    waf: z.strictObject({ requestsPerFiveMinutes: z.int().min(10).max(2_000_000_000) }).optional(),
    /** Where the pages are cached. 100 is North America and Europe, 200 adds most of Asia and Africa. */
    priceClass: z.enum(['100', '200', 'all']).optional(),
    /** Lets users of an OpenID provider sign in. Left out, keys and sign-in links do. */
    oidc: oidcSchema.optional(),
    /** Origins whose pages may show the portal in a frame. No other page of the console can be framed. */
    embedOrigins: z
      .array(
        z
          .string()
          .refine(
            (text) => FRAMING.test(text) || FRAMING_LOCAL.test(text),
            'expected an https origin, such as https://app.example.com or https://*.example.com',
          ),
      )
      .refine(
        (origins) => origins.join(' ').length <= EMBED_CHARACTERS,
        `expected at most ${EMBED_CHARACTERS} characters in all, since CloudFront bounds the policy that names them`,
      ),
  })
  .refine(({ pages, oidc }) => pages !== false || oidc === undefined, {
    path: ['oidc'],
    message: 'expected none without pages, since nobody could sign in',
  })
  .superRefine(({ domain }, { addIssue }) => {
    const zone = domain?.hostedZone?.name;
    if (domain === undefined || zone === undefined || !outsideOf(zone, [domain.name])) return;
    addIssue({
      code: 'custom',
      path: ['domain', 'hostedZone', 'name'],
      message: `expected a zone that holds ${domain.name}`,
    });
  });

export type ConsoleSettings = z.infer<typeof consoleSchema>;
