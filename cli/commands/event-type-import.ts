import type { Command } from '../command.ts';

export const eventTypeImport: Command = {
  words: 'event-types import',
  summary: 'Take event types from JSON Schemas, OpenAPI or AsyncAPI.',
  description:
    'From a folder of JSON Schemas, a type for each file, named by it; from the webhooks of an OpenAPI 3.1 document; from the messages of an AsyncAPI document, 2 or 3. `x-event-type` names a type otherwise. Nothing is fetched: references lead to local files. What is in the catalogue already is changed; nothing is deleted.',
  args: [{ name: '<path>', description: 'A file, a folder, or - for stdin.' }],
  options: [
    {
      flags: '--prefix <text>',
      description: 'Before each name: shop. makes order.placed shop.order.placed.',
    },
    {
      flags: '--allow-breaking',
      description: 'Take schemas that break readers of the same version. Others are refused.',
    },
    { flags: '--dry-run', description: 'Show the difference, and change nothing.' },
    { flags: '--exit-code', description: 'With --dry-run: end with 10 if there is one.' },
  ],
  examples: [
    'posthorn event-types import schemas/',
    ['posthorn event-types import openapi.yaml --dry-run', 'what would change in the catalogue'],
    ['posthorn event-types import asyncapi.yaml --prefix shop.', 'as shop.…'],
  ],
  run: async (...given) => (await import('../event-types/import.ts')).importTypes(...given),
};
