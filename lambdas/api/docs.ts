/** The API's description of itself. */
import * as z from 'zod';
import { route } from './route.ts';

/** Requests a second on a route that anyone may call: a page takes about six, and browsers keep them. */
const PUBLIC_THROTTLE = 20;

const page = z.string().meta({ description: 'A page of HTML.' });

const open = { method: 'GET', function: 'docs', scope: 'none', throttle: PUBLIC_THROTTLE } as const;

export const getOpenApi = route({
  ...open,
  path: '/v1/openapi.json',
  tag: 'Documentation',
  summary: 'This document',
  description: 'All routes, in OpenAPI 3.1.',
  answers: {
    200: {
      description: 'The document.',
      schema: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
    },
  },
});

export const getDocs = route({
  ...open,
  path: '/docs',
  tag: 'Documentation',
  summary: 'A page to read and try the API',
  answers: { 200: { description: 'The page.', type: 'text/html', schema: page } },
});

export const getDocsFile = route({
  ...open,
  path: '/docs/{file}',
  tag: 'Documentation',
  summary: 'A file that the pages are made of',
  answers: {
    200: { description: 'A script, a style sheet or a picture.', type: '*/*', schema: z.string() },
  },
});

export const getCatalogue = route({
  ...open,
  path: '/catalogue',
  tag: 'Documentation',
  summary: 'The event catalogue as a page',
  description:
    'Shows the event types of a tenant to whoever has a key or a portal token. The token can stand behind `#token=` in the address: browsers do not send that part.',
  answers: { 200: { description: 'The page.', type: 'text/html', schema: page } },
});
