import * as z from 'zod';
import { SCOPES } from '../../lambdas/access/scopes.ts';

/** Plain http is for an issuer on the machine of whoever tries this out; in AWS a function refuses to go there. */
const ISSUER = /^(https:\/\/[^\s?#@]+|http:\/\/(localhost|127\.0\.0\.1)(:\d{1,5})?[^\s?#@]*)$/;
const TENANT = /^ten_[0-9A-HJKMNP-TV-Z]{26}$/;

/**
 * Lets users of an OpenID provider sign in to the console. Register there a public client (no secret; the authorization
 * code flow with PKCE), whose redirect URI is the console's address with `/signin/callback`.
 */
export const oidcSchema = z.strictObject({
  /** As its tokens and its `/.well-known/openid-configuration` have it. */
  issuer: z.string().regex(ISSUER, 'expected an https URL, such as https://login.example.com'),
  clientId: z.string().min(1).max(200),
  /** The claim of an ID token that says what a user may do: a text, or a list of texts, such as `groups`. */
  claim: z.string().min(1).max(100),
  /**
   * By value of the claim. Several of one user add up. Without `tenantId`, the first tenant is meant. A user with none of
   * these values does not get in.
   */
  roles: z
    .record(
      z.string().min(1).max(200),
      z
        .strictObject({
          scopes: z.array(z.enum(SCOPES)).min(1),
          tenantId: z.string().regex(TENANT, 'expected the id of a tenant, such as ten_…').optional(),
        })
        .refine(({ scopes, tenantId }) => tenantId === undefined || !scopes.includes('admin'), {
          path: ['scopes'],
          message:
            'expected scopes without admin: administrators are of the first tenant, so leave tenantId out',
        }),
    )
    .refine((roles) => Object.keys(roles).length > 0, 'expected a role'),
  /** What is asked of the issuer, where the claim needs a scope of its own. */
  scope: z
    .string()
    .regex(/^openid( [\w:./-]+)*$/, 'expected scopes that begin with openid')
    .max(200)
    .optional(),
});

type Oidc = z.infer<typeof oidcSchema>;

/**
 * They stand in a variable of a function, beside the queues of all regions: AWS allows 4 KB of variables, and queues of three
 * further regions leave some 230 bytes.
 */
const maxBytes = (dispatchRegions: number): number => (dispatchRegions < 3 ? 800 : 230);

/** As functions read it. */
export const oidcVariable = (oidc: Oidc | undefined): string => JSON.stringify(oidc ?? null);

/** What is wrong with the length of these settings; undefined when nothing is. */
export function oidcProblem(oidc: Oidc | undefined, dispatchRegions: number): string | undefined {
  // Quotes count twice: see test/lib/quotas.test.ts.
  const bytes = Buffer.byteLength(JSON.stringify(oidcVariable(oidc)));
  const most = maxBytes(dispatchRegions);
  if (bytes <= most) return undefined;
  return `expected at most ${most} bytes as JSON with ${dispatchRegions} dispatchRegions, got ${bytes}: name groups, not users`;
}
