import * as z from 'zod';
import { OIDC_CALLBACK } from '../access/oidc-settings.ts';
import { SCOPES } from '../access/scopes.ts';
import { LINK_SECONDS } from '../access/sign-in-link.ts';
import { SCHEMA_CHECKS } from '../tenants/tenant.ts';
import { PUBLIC_THROTTLE, route } from './route.ts';
import { tenantId, time } from './schemas.ts';

/** Signing in: a browser gets a session for a credential, and keeps it where no script can read it. */

const CREDENTIAL_KINDS = ['key', 'firstKey', 'portalToken', 'user'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

const session = z
  .object({
    tenantId: z.string(),
    tenantName: z.string().optional().meta({ description: 'Left out for portal tokens.' }),
    environment: z.string().meta({ description: 'The name of the environment, such as `prod`.' }),
    credential: z
      .object({
        kind: z.enum(CREDENTIAL_KINDS).meta({
          description:
            '`firstKey` is the key made at deployment, `user` somebody who has signed in at an issuer.',
        }),
        id: z.string().meta({ description: 'As the audit trail has it.' }),
        name: z.string().optional(),
      })
      .meta({ description: 'What the caller has, or the session stands for.' }),
    scopes: z.array(z.enum(SCOPES)),
    targetIds: z.array(z.string()).optional().meta({
      description: 'The targets that the credential is limited to; all of the tenant when left out.',
    }),
    expiresAt: time.optional().meta({
      description: 'When the session ends, or the credential where there is none. Never, when left out.',
    }),
    isSession: z.boolean().meta({ description: 'Whether the caller has a session.' }),
    actingFor: z
      .object({
        tenantId: z.string(),
        name: z.string().optional().meta({ description: 'Of the tenant.' }),
        ownTenantId: z.string().meta({ description: 'The tenant of the administrator.' }),
      })
      .optional()
      .meta({ description: 'There where an administrator acts for this tenant.' }),
    logRetentionHours: z.int().meta({
      description: 'How long events and deliveries of the tenant can be looked up.',
    }),
    schemaCheck: z.enum(SCHEMA_CHECKS),
    payloadBytes: z.int().meta({ description: 'The largest payload that the tenant may publish.' }),
  })
  .meta({ id: 'Session' });
export type SessionView = z.input<typeof session>;

const example: SessionView = {
  tenantId: 'ten_00000000000000000000000000',
  tenantName: 'First tenant',
  environment: 'prod',
  credential: { kind: 'key', id: 'key_01KAK2V5E4V2N9CR0Q6WV7Z1QX', name: 'back office' },
  scopes: ['admin'],
  expiresAt: '2026-11-21T20:00:00.000Z',
  isSession: true,
  logRetentionHours: 72,
  schemaCheck: 'off',
  payloadBytes: 4_500_000,
};

const newSession = z
  .strictObject({
    tenantId: tenantId.optional().meta({
      description: 'For administrators: the tenant to act for; the own one when left out.',
    }),
  })
  .meta({ id: 'NewSession' });

const HEADERS = z.object({
  'Posthorn-Console': z.string().optional().meta({
    description:
      'Which pages keep the session: `console` or `portal`. Only that of a portal token goes to the portal, and does so where the header is missing.',
    pattern: '^(console|portal)$',
    minLength: 6,
  }),
});

const newLink = z
  .strictObject({
    expiresInSeconds: z
      .int()
      .min(LINK_SECONDS.min)
      .max(LINK_SECONDS.max)
      .optional()
      .meta({ description: `${LINK_SECONDS.max} when left out.` }),
  })
  .meta({ id: 'NewSignInLink' });

const link = z
  .object({
    id: z.string(),
    token: z.string().meta({ description: 'What the link carries. It is shown this once.' }),
    expiresAt: time,
  })
  .meta({ id: 'SignInLink' });

const redeemed = z
  .strictObject({ token: z.string().max(200).meta({ description: 'As the link carries it: `phl_…`.' }) })
  .meta({ id: 'RedeemedLink' });

/** RFC 7636, 4.1. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

const returned = z
  .strictObject({
    code: z.string().min(1).max(4096),
    verifier: z.string().regex(VERIFIER, 'expected a code verifier of 43 to 128 characters (RFC 7636)'),
    redirectUri: z
      .string()
      .max(500)
      .meta({
        description: `The console’s own address, with the path \`${OIDC_CALLBACK}\`.`,
      }),
    nonce: z.string().min(16).max(200),
  })
  .meta({ id: 'ReturnedFromIssuer' });

const base = { function: 'manage', tag: 'Sessions', scope: 'read' } as const;

export const sessionRoutes = {
  createSession: route({
    ...base,
    method: 'POST',
    path: '/v1/session',
    limitedBy: 'nothing',
    audited: true,
    summary: 'Sign in',
    description: [
      'Makes a session of the credential that the request carries, an API key or a portal token, and sets it as a cookie that scripts can’t read. The answer does not show it. It may do what the credential may, and ends with it: after 8 hours at the latest, or when the key or token is revoked, replaced, or over. A session makes no other session.',
      'With `tenantId`, an administrator acts for a tenant: what the tenant’s own keys may do, without the scope `admin`. The session takes the place of the one that it was made with, and the audit trails of the tenant and of the administrators name who it was.',
    ].join('\n\n'),
    headers: HEADERS,
    body: { schema: newSession, optional: true, example: {} },
    answers: { 201: { description: 'Signed in; the cookie is set.', schema: session, example } },
  }),
  getSession: route({
    ...base,
    method: 'GET',
    path: '/v1/session',
    limitedBy: 'nothing',
    summary: 'Read who is calling',
    description: 'With any credential, also without a session.',
    answers: { 200: { description: 'The caller.', schema: session, example } },
  }),
  deleteSession: route({
    ...base,
    method: 'DELETE',
    path: '/v1/session',
    limitedBy: 'nothing',
    audited: true,
    changesNothing: true,
    summary: 'Sign out',
    description:
      'Ends the session of the request, and removes the cookie. Whoever had copied it can use it for 45 seconds more: so long API Gateway remembers it.',
    headers: HEADERS,
    answers: { 204: { description: 'Signed out.' } },
  }),
  createSignInLink: route({
    ...base,
    method: 'POST',
    path: '/v1/sign-in-links',
    keysOnly: true,
    audited: true,
    summary: 'Create a sign-in link',
    description:
      'For the console’s address, with `/#link=` and the token behind it: it signs in once, as the key that made it, within ten minutes. What stands behind `#` is sent to no server, and so is in no log. It takes a key: a session makes no links.',
    body: { schema: newLink, optional: true, example: {} },
    answers: {
      201: {
        description: 'Created.',
        schema: link,
        example: {
          id: 'lnk_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
          token: `phl_01KAK2V5E4V2N9CR0Q6WV7Z1QX_00000000000000000000000000_${'…'}`,
          expiresAt: '2026-11-21T12:10:00.000Z',
        },
      },
    },
  }),
  redeemSignInLink: route({
    ...base,
    method: 'POST',
    path: '/v1/session/redeem',
    scope: 'none',
    openBecause: 'the link that it is sent is the credential, and works once',
    throttle: PUBLIC_THROTTLE,
    summary: 'Sign in with a link',
    description: 'Uses the link up, and sets the cookie of a session.',
    body: { schema: redeemed, example: { token: 'phl_01KAK2V5E4V2N9CR0Q6WV7Z1QX_…' } },
    answers: {
      201: { description: 'Signed in; the cookie is set.', schema: session, example },
      401: { description: 'The link is not known, was used, or has expired, or its key has ended.' },
    },
  }),
  signInWithOidc: route({
    ...base,
    method: 'POST',
    path: '/v1/session/oidc',
    scope: 'none',
    openBecause:
      'the code that it is sent is the credential: the issuer gives it to the user alone, and takes it once',
    throttle: PUBLIC_THROTTLE,
    summary: 'Sign in at the OpenID provider',
    description:
      'Exchanges the code that the provider sent the browser back with, checks the ID token that comes for it, and sets the cookie of a session, of 8 hours. What the user may do is what the environment’s settings map a claim of the token to.',
    body: {
      schema: returned,
      example: {
        code: 'SplxlOBeZQQYbYS6WxSbIA',
        verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
        redirectUri: 'https://hooks.example.com/signin/callback',
        nonce: 'n-0S6_WzA2Mj-4oGmUOcCOfPw2oWn8eUc',
      },
    },
    answers: {
      201: { description: 'Signed in; the cookie is set.', schema: session, example },
      401: { description: 'The provider does not take the code, or its token is not good for this.' },
      403: { description: 'The claim of the token has no value that is mapped to a role.' },
      404: { description: 'The environment has no OpenID provider.' },
    },
  }),
  leaveTenant: route({
    ...base,
    method: 'POST',
    path: '/v1/session/return',
    keysOnly: true,
    audited: true,
    summary: 'Stop acting for a tenant',
    description:
      'Ends the session in which an administrator acts for a tenant, and sets one of the administrator’s own tenant, which ends when that would have.',
    answers: { 200: { description: 'Back; the cookie is set.', schema: session, example } },
  }),
};
