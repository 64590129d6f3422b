import * as z from 'zod';
import { route } from './route.ts';

const base = { function: 'ingest', method: 'POST', scope: 'publish', tag: 'Events' } as const;

export const eventRoutes = {
  publish: route({
    ...base,
    path: '/v1/events',
    summary: 'Publish an event',
    answers: { 202: { description: 'Accepted.', schema: z.object({ id: z.string() }) } },
  }),
  publishBatch: route({
    ...base,
    path: '/v1/events/batch',
    summary: 'Publish events',
    answers: {
      202: { description: 'Accepted.', schema: z.object({ events: z.array(z.object({ id: z.string() })) }) },
    },
  }),
};
