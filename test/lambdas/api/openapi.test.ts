import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openApiDocument } from '../../../lambdas/api/openapi.ts';
import { type Route, route } from '../../../lambdas/api/route.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';
import {
  type Document,
  examplesOf,
  type Operation,
  operationsOf,
  schemasOf,
} from '../../helpers/fuzz/openapi.ts';

/** As it is served: JSON. */
const documentOf = (routes: Record<string, Route>): Document =>
  JSON.parse(JSON.stringify(openApiDocument(routes, { version: '1.2.3', serverUrl: 'https://api.example' })));

const refsIn = (value: unknown): string[] => {
  if (value === null || typeof value !== 'object') return [];
  const { $ref } = value as { $ref?: unknown };
  return [...(typeof $ref === 'string' ? [$ref] : []), ...Object.values(value).flatMap(refsIn)];
};

/** Names of the fields that a part of a document describes, or refers to, and that are not deprecated. */
function fieldsIn(document: Document, part: unknown): Set<string> {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const look = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    const { properties, example, examples, ...rest } = value as Record<string, object>;
    for (const [name, schema] of Object.entries(properties ?? {})) {
      if (!('deprecated' in schema)) names.add(name);
      look(schema);
    }
    Object.values(rest).forEach(look);
    for (const name of refsIn(rest)) look(document.components.schemas[name.split('/').at(-1)!]);
  };
  look(part);
  return names;
}

const thing = z
  .strictObject({ id: z.string(), size: z.int().min(1), madeAt: z.iso.datetime() })
  .meta({ id: 'Thing' });

const SMALL = {
  listThings: route({
    method: 'GET',
    path: '/v1/things',
    function: 'manage',
    scope: 'read',
    tag: 'Targets',
    summary: 'Lists things',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).optional() }),
    answers: { 200: { description: 'A page.', schema: z.strictObject({ items: z.array(thing) }) } },
  }),
  changePart: route({
    method: 'PATCH',
    path: '/v1/things/{id}/spare-parts/{part}',
    function: 'manage',
    scope: 'manage',
    keysOnly: true,
    tag: 'Targets',
    summary: 'Changes a part',
    description: 'A part of a thing.',
    body: [
      { schema: z.strictObject({ size: z.int() }), example: { size: 2 } },
      { type: 'application/merge-patch+json', schema: z.looseObject({}), example: {} },
      { schema: z.strictObject({ width: z.int() }), example: { width: 3 } },
    ],
    answers: {
      200: { description: 'The thing.', schema: thing },
      409: { description: 'Its own words.' },
    },
  }),
  getHealth: route({
    method: 'GET',
    path: '/health',
    function: 'manage',
    scope: 'none',
    tag: 'Environment',
    summary: 'How it is',
    answers: {
      200: { description: 'Well.', type: 'text/plain', schema: z.string(), example: 'ok' },
      503: { description: 'Not well.', schema: z.boolean(), example: false },
    },
  }),
} satisfies Record<string, Route>;

describe('the document of a few routes', () => {
  const document = documentOf(SMALL);
  const [list, change, health] = operationsOf(document) as [Operation, Operation, Operation];

  it('says what API it is and where', () => {
    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\./),
      info: { title: 'Posthorn', version: '1.2.3' },
      servers: [{ url: 'https://api.example' }],
      tags: [
        { name: 'Targets', description: expect.any(String) },
        { name: 'Environment', description: expect.any(String) },
      ],
    });
  });

  it('names operations as the route table does', () => {
    expect(operationsOf(document).map(({ operationId }) => operationId)).toEqual(Object.keys(SMALL));
  });

  it('derives parameters from the path, the query and the method', () => {
    const shown = ({ parameters = [] }: Operation) =>
      parameters.map(({ in: place, name, required = false }) => [place, name, required]);
    expect(shown(list)).toEqual([['query', 'limit', false]]);
    expect(shown(change)).toEqual([
      ['path', 'id', true],
      ['path', 'part', true],
      ['header', 'If-Match', false],
    ]);
    expect(change.parameters?.[1]?.description).toBe('One of the spare parts.');
  });

  it('says who may call', () => {
    expect(list.description).toBe('Needs a key with the scope `read`.');
    expect(change.description).toBe(
      'A part of a thing.\n\nNeeds a key with the scope `manage`; portal tokens are refused.',
    );
    expect([list['x-scope'], list.security]).toEqual(['read', undefined]);
    expect([health['x-scope'], health.security]).toEqual(['none', []]);
  });

  it('sorts bodies by content type, alternatives together', () => {
    const { content } = change.requestBody!;
    expect(Object.keys(content)).toEqual(['application/json', 'application/merge-patch+json']);
    expect(content['application/json']!.schema.anyOf).toHaveLength(2);
    expect(examplesOf(content['application/json']!)).toEqual([{ size: 2 }, { width: 3 }]);
  });

  it('adds the errors that can occur, and leaves those that a route declares', () => {
    const statuses = ({ responses }: Operation) => Object.keys(responses).map(Number);
    expect(statuses(list)).toEqual([200, 401, 403, 422, 429, 500, 503]);
    expect(statuses(change)).toEqual([200, 400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 503]);
    expect(statuses(health)).toEqual([200, 422, 429, 500, 503]);
    expect(change.responses[409]).toMatchObject({
      description: 'Its own words.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    });
    expect(health.responses[503]?.content?.['application/json']?.schema).toEqual({
      anyOf: [{ type: 'boolean' }, { anyOf: expect.any(Array) }],
    });
    expect(change.responses[422]?.content?.['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/Error',
    });
    expect(change.responses[404]?.content?.['application/json']?.schema).toEqual({
      anyOf: [{ $ref: '#/components/schemas/Error' }, { $ref: '#/components/schemas/GatewayError' }],
    });
  });

  it('keeps named schemas once, without what says nothing', () => {
    expect(Object.keys(document.components.schemas).sort()).toEqual([
      'Error',
      'GatewayError',
      'Problems',
      'Thing',
    ]);
    expect(document.components.schemas.Thing).toMatchObject({
      properties: {
        size: { type: 'integer', minimum: 1 },
        madeAt: { type: 'string', format: 'date-time' },
      },
    });
    expect(JSON.stringify(document)).not.toContain('9007199254740991');
  });
});

describe.each([
  ['a few routes', SMALL as Record<string, Route>],
  ['the whole API', ROUTES as Record<string, Route>],
])('the document of %s (C7)', (_, routes) => {
  const document = documentOf(routes);
  const operations = operationsOf(document);
  const schemaAt = schemasOf(document);

  it('has each route once, under a name of its own', () => {
    expect(operations).toHaveLength(Object.keys(routes).length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });

  it('holds all that it refers to', () => {
    for (const ref of new Set(refsIn(document))) {
      const [, kind, name] = /^#\/components\/(schemas|responses)\/([A-Za-z][A-Za-z0-9]*)$/.exec(ref) ?? [];
      expect(Object.keys(document.components[kind as 'schemas' | 'responses']), ref).toContain(name);
    }
  });

  it('declares each parameter of a path', () => {
    for (const { path, parameters = [] } of operations) {
      const inPath = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      expect(inPath, path).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name));
    }
  });

  it('gives examples that fit their schemas', () => {
    const misfits = operations.flatMap(({ method, path, operationId, requestBody, responses }) => {
      const at = ['paths', path, method.toLowerCase()];
      const body = Object.entries(requestBody?.content ?? {}).map(
        ([type, media]) => [['requestBody', 'content', type, 'schema'], media] as const,
      );
      const answers = Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Object.entries(content).map(
          ([type, media]) => [['responses', status, 'content', type, 'schema'], media] as const,
        ),
      );
      return [...body, ...answers].flatMap(([where, media]) => {
        const validate = schemaAt(...at, ...where);
        return examplesOf(media)
          .filter((example) => !validate(example))
          .map((example) => ({ operationId, where: where.join(' '), example, errors: validate.errors }));
      });
    });
    expect(misfits).toEqual([]);
  });

  it('has every answer that it shares in use', () => {
    const used = new Set(refsIn(document.paths));
    const unused = Object.keys(document.components.responses).filter(
      (name) => !used.has(`#/components/responses/${name}`),
    );
    expect(unused).toEqual([]);
  });

  it('shows an example of each JSON body', () => {
    const without = operations.filter(({ requestBody }) =>
      Object.entries(requestBody?.content ?? {}).some(
        ([type, media]) => /json$/.test(type) && examplesOf(media).length === 0,
      ),
    );
    expect(without.map(({ operationId }) => operationId)).toEqual([]);
  });
});

describe('the document of the whole API', () => {
  const document = documentOf(ROUTES);
  const headersOf = (id: string) =>
    operationsOf(document)
      .find(({ operationId }) => operationId === id)!
      .parameters?.filter((each) => each.in === 'header')
      .map(({ name }) => name) ?? [];

  it.each<[string, string[]]>([
    ['createTarget', ['Idempotency-Key']],
    ['patchTarget', ['If-Match']],
    ['rotateSecret', ['Idempotency-Key', 'If-Match']],
    ['testSubscription', ['traceparent', 'tracestate', 'Idempotency-Key']],
    ['publishLogs', ['traceparent', 'tracestate', 'Content-Transfer-Encoding', 'Idempotency-Key']],
    ['publishToSubscription', ['traceparent', 'tracestate', 'Content-Transfer-Encoding', 'Idempotency-Key']],
    ['getTarget', []],
  ])('names the headers that %s heeds (C7)', (operation, headers) => {
    expect(headersOf(operation)).toEqual(headers);
  });

  it('names the headers of a CloudEvent, none of which is needed (C7)', () => {
    expect(headersOf('publish')).toEqual(expect.arrayContaining(['ce-type', 'ce-id', 'Idempotency-Key']));
  });

  it('answers in camel case, but for names of other systems and those that are deprecated', () => {
    /** Of EventBridge's patterns, CloudEvents and log platforms. */
    const others = [
      ...['$or', 'equals-ignore-case', 'anything-but', 'data_base64'],
      ...['total_deliveries', 'success_rate', 'delivery_stats'],
    ];
    const answers = operationsOf(document).flatMap(({ responses }) => Object.values(responses));
    const names = new Set(
      [...fieldsIn(document, answers)].filter((name) => !/^[a-z][a-zA-Z0-9]*$/.test(name)),
    );
    expect([...names].filter((name) => !others.includes(name))).toEqual([]);
  });

  it('is not larger than it has to be', () => {
    // Sixteen kinds of target have 25,000 of it: their settings, each said once.
    expect(JSON.stringify(document).length).toBeLessThan(490_000);
  });
});
