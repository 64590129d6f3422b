import * as z from 'zod';
import { PUBLIC_THROTTLE, route } from './route.ts';

/** What a page needs to know before anybody has signed in. */

const console = z
  .object({
    environment: z.string().meta({ description: 'The name of the environment, such as `prod`.' }),
    version: z.string().meta({ description: 'Of Posthorn.' }),
    oidc: z
      .object({
        issuer: z.string(),
        clientId: z.string(),
        authorizationEndpoint: z.string().meta({ description: 'Where a page sends the browser to.' }),
        scope: z.string().meta({ description: 'What it asks for there.' }),
      })
      .optional()
      .meta({
        description:
          'There where users of an OpenID provider can sign in, and the provider answers: the authorization code flow with PKCE (S256), as a public client.',
      }),
  })
  .meta({ id: 'Console' });

export const consoleRoutes = {
  getConsole: route({
    function: 'manage',
    tag: 'Sessions',
    method: 'GET',
    path: '/v1/console',
    scope: 'none',
    openBecause: 'a page asks it before anybody has signed in, and it is the same for all',
    throttle: PUBLIC_THROTTLE,
    summary: 'Read how to sign in',
    answers: {
      200: {
        description: 'The environment, and the OpenID provider if there is one.',
        schema: console,
        example: {
          environment: 'prod',
          version: '0.1.0',
          oidc: {
            issuer: 'https://login.example.com',
            clientId: 'posthorn',
            authorizationEndpoint: 'https://login.example.com/authorize',
            scope: 'openid email profile',
          },
        },
      },
    },
  }),
};
