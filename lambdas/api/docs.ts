/** The API's description of itself. */
import * as z from 'zod';
import { ASSETS } from './page-list.ts';
import { PUBLIC_THROTTLE, route } from './route.ts';

const page = z.string().meta({ description: 'A page of HTML.' });

const base = {
  method: 'GET',
  function: 'docs',
  scope: 'none',
  throttle: PUBLIC_THROTTLE,
  openBecause: 'it tells what the API is, and nothing of what is in it',
  tag: 'Documentation',
} as const;

/** What the root of the API says, beside its name and version. */
export const INDEX = {
  description:
    'Webhook delivery: publish an event, and Posthorn signs, posts, retries and shows what happened.',
  links: { docs: '/docs', openapi: '/v1/openapi.json', catalogue: '/catalogue', health: '/health' },
} as const;

const link = z.string().meta({ description: 'A path of this API.' });

export const docsRoutes = {
  getIndex: route({
    ...base,
    path: '/',
    summary: 'What this is',
    description: 'The name and version of the API, and links. An unknown path answers 404.',
    answers: {
      200: {
        description: 'A short description, and links.',
        schema: z.object({
          name: z.string(),
          version: z.string(),
          description: z.string(),
          links: z.object({ docs: link, openapi: link, catalogue: link, health: link }),
        }),
        example: { name: 'Posthorn', version: '0.1.0', ...INDEX },
      },
    },
  }),

  getOpenApi: route({
    ...base,
    path: '/v1/openapi.json',
    summary: 'This document',
    description: 'All routes, in OpenAPI 3.1.',
    answers: {
      200: {
        description: 'The document.',
        schema: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
      },
    },
  }),

  getDocs: route({
    ...base,
    path: '/docs',
    summary: 'A page to read and try the API',
    answers: { 200: { description: 'The page.', type: 'text/html', schema: page } },
  }),

  getDocsFile: route({
    ...base,
    path: '/docs/{file}',
    summary: 'A file that the pages are made of',
    params: z.object({ file: z.enum(Object.keys(ASSETS)).meta({ description: 'Its name.' }) }),
    answers: {
      200: { description: 'A script, a style sheet or a picture.', type: '*/*', schema: z.string() },
    },
  }),

  getCatalogue: route({
    ...base,
    path: '/catalogue',
    summary: 'The event catalogue as a page',
    description:
      'Shows the event types of a tenant, with a key or a portal token. The token can be behind `#token=` in the address: browsers do not send that part.',
    answers: { 200: { description: 'The page.', type: 'text/html', schema: page } },
  }),
};
