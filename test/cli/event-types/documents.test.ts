import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asyncapiTypes } from '../../../cli/event-types/asyncapi.ts';
import { schemaTypes } from '../../../cli/event-types/json-schema.ts';
import { libraryOf } from '../../../cli/event-types/library.ts';
import { openapiTypes } from '../../../cli/event-types/openapi.ts';
import { schemaProblem } from '../../../lambdas/publishing/json-schema.ts';

/** Documents on disk; those that are given to the import are named. */
function library(files: Readonly<Record<string, unknown>>, given = Object.keys(files)) {
  const cwd = mkdtempSync(join(tmpdir(), 'posthorn-import-'));
  for (const [name, value] of Object.entries(files)) {
    mkdirSync(join(cwd, dirname(name)), { recursive: true });
    writeFileSync(join(cwd, name), typeof value === 'string' ? value : JSON.stringify(value));
  }
  const texts = given.map((name) => ({
    name,
    text: typeof files[name] === 'string' ? (files[name] as string) : JSON.stringify(files[name]),
  }));
  return { cwd, ...libraryOf(texts, { root: cwd, cwd }) };
}

const schemas = (files: Readonly<Record<string, unknown>>, given?: string[]) => {
  const made = library(files, given);
  return schemaTypes(made, made.documents, made.cwd);
};

const openapi = (document: object | string, more: Record<string, unknown> = {}) => {
  const made = library({ 'api.yaml': document, ...more }, ['api.yaml']);
  return openapiTypes(made, made.documents[0]!);
};

const asyncapi = (document: object | string, more: Record<string, unknown> = {}) => {
  const made = library({ 'api.yaml': document, ...more }, ['api.yaml']);
  return asyncapiTypes(made, made.documents[0]!);
};

const money = { type: 'object', properties: { amount: { type: 'number' } } };

describe('a folder of JSON Schemas', () => {
  it('has a type for each file, named by it, with what it refers to inside', () => {
    const { types, unusable, notes } = schemas({
      'order/placed.schema.json': {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: 'https://example.com/order/placed',
        title: 'Order\n placed',
        type: 'object',
        properties: { total: { $ref: '../money.json' }, $ref: { type: 'string' } },
        examples: [{ total: { amount: 1 } }],
      },
      'order.paid.yaml': 'x-event-type: order.paid_in_full\ntype: object\ndeprecated: true\n',
      'money.json': money,
      '_draft/thing.json': {},
    });
    expect(unusable).toEqual([]);
    expect(types).toEqual([
      {
        name: 'order.placed',
        from: 'order/placed.schema.json',
        description: 'Order placed',
        schema: {
          title: 'Order\n placed',
          type: 'object',
          properties: { total: { $ref: '#/$defs/money' }, $ref: { type: 'string' } },
          examples: [{ total: { amount: 1 } }],
          $defs: { money },
        },
        sample: { total: { amount: 1 } },
      },
      {
        name: 'order.paid_in_full',
        from: 'order.paid.yaml',
        description: undefined,
        schema: { type: 'object', deprecated: true },
        sample: undefined,
        deprecated: true,
      },
    ]);
    expect(notes).toEqual([
      'money.json: a part of others, and no type by itself',
      '_draft/thing.json: a part of others, and no type by itself',
    ]);
  });

  const tree = { type: 'object', properties: { next: { $ref: '#' } } };

  it.each<[string, object, object]>([
    ['refers to itself', tree, tree],
    [
      'refers to a definition that refers to itself',
      {
        $ref: '#/definitions/Node',
        definitions: {
          Node: { properties: { a: { $ref: '#/definitions/Node' }, b: { $ref: '#/definitions/Other' } } },
          Other: {},
        },
      },
      {
        $ref: '#/$defs/Node',
        $defs: {
          Node: { properties: { a: { $ref: '#/$defs/Node' }, b: { $ref: '#/$defs/Other' } } },
          Other: {},
        },
      },
    ],
    [
      'refers by anchor, and with an escaped pointer',
      {
        allOf: [{ $ref: '#here' }, { $ref: '#/$defs/a~1b%20c' }],
        $defs: { x: { $anchor: 'here', type: 'string' }, 'a/b c': { minLength: 1 } },
      },
      {
        allOf: [{ $ref: '#/$defs/x' }, { $ref: '#/$defs/a_b_c' }],
        $defs: { x: { type: 'string' }, a_b_c: { minLength: 1 } },
      },
    ],
    [
      'has two definitions of one name',
      {
        anyOf: [{ $ref: '#/$defs/a/$defs/x' }, { $ref: '#/$defs/b/$defs/x' }],
        $defs: { a: { $defs: { x: { const: 1 } } }, b: { $defs: { x: { const: 2 } } } },
      },
      {
        anyOf: [{ $ref: '#/$defs/x' }, { $ref: '#/$defs/x_2' }],
        $defs: { x: { const: 1 }, x_2: { const: 2 } },
      },
    ],
    [
      'is of an older draft',
      {
        $schema: 'http://json-schema.org/draft-04/schema#',
        id: 'http://example.com/a',
        properties: {
          id: { type: 'number', minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
        },
        dependencies: { a: ['b'], c: { required: ['d'] } },
        items: [{ const: 1 }],
        additionalItems: false,
      },
      {
        properties: { id: { type: 'number', exclusiveMinimum: 1, maximum: 9 } },
        dependentRequired: { a: ['b'] },
        dependentSchemas: { c: { required: ['d'] } },
        prefixItems: [{ const: 1 }],
        items: false,
      },
    ],
    [
      'is of a draft that heeds nothing beside a reference',
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        properties: { a: { $ref: '#/definitions/a', type: 'string', description: 'x' } },
        definitions: { a: {} },
      },
      { properties: { a: { $ref: '#/$defs/a', description: 'x' } }, $defs: { a: {} } },
    ],
    [
      'has data that looks like references',
      {
        const: { $ref: '#/nowhere' },
        default: { $ref: 'x' },
        enum: [{ $id: 'y' }],
        examples: [{ $ref: 'z' }],
      },
      {
        const: { $ref: '#/nowhere' },
        default: { $ref: 'x' },
        enum: [{ $id: 'y' }],
        examples: [{ $ref: 'z' }],
      },
    ],
  ])('one that %s', (_, given, expected) => {
    const { types, unusable } = schemas({ 'a.json': given });
    expect(unusable).toEqual([]);
    expect(types[0]!.schema).toEqual(expected);
    expect(schemaProblem(types[0]!.schema)).toBeUndefined();
  });

  it('is found by $id as well, without fetching anything', () => {
    const { types, unusable } = schemas({
      'a.json': {
        $id: 'https://example.com/s/a.json',
        properties: { m: { $ref: 'money' }, n: { $ref: 'https://example.com/s/money' } },
      },
      'parts/money.json': { $id: 'https://example.com/s/money', ...money },
    });
    expect(unusable).toEqual([]);
    expect(types.map(({ schema }) => schema)).toEqual([
      { properties: { m: { $ref: '#/$defs/money' }, n: { $ref: '#/$defs/money' } }, $defs: { money } },
    ]);
  });

  it.each([
    ['https://example.com/other.json', 'nothing is fetched, and no file has this $id'],
    ['other.json', 'leads to other.json, which is not there'],
    ['#/$defs/none', 'leads nowhere in a.json'],
    ['/etc/hostname', 'expected a YAML or JSON file in .'],
    ['../../../../../etc/passwd', 'expected a YAML or JSON file in .'],
    ['file:///etc/passwd', 'nothing is fetched'],
  ])('a reference to %s is refused, and the other files are read', (ref, message) => {
    const { types, unusable } = schemas({ 'a.json': { $ref: ref, type: 'object' }, 'b.json': {} });
    expect(types.map(({ name }) => name)).toEqual(['b']);
    expect(unusable).toEqual([{ from: 'a.json', name: 'a', message: expect.stringContaining(message) }]);
  });

  it('does not follow a link out of the folder', () => {
    const elsewhere = join(mkdtempSync(join(tmpdir(), 'posthorn-else-')), 'secret.json');
    writeFileSync(elsewhere, '{"const": "secret"}');
    const made = library({ 'a.json': { properties: { x: { $ref: 'link.json' } } } });
    symlinkSync(elsewhere, join(made.cwd, 'link.json'));
    const { unusable } = schemaTypes(made, made.documents, made.cwd);
    expect(unusable[0]!.message).toContain('expected a YAML or JSON file');
  });

  it('costs no more than its size', () => {
    // Each definition has the one before it ten times.
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `d${n}`,
        n === 0 ? {} : { allOf: Array(10).fill({ $ref: `#/$defs/d${n - 1}` }) },
      ]),
    );
    const { types } = schemas({ 'a.json': { properties: { x: { $ref: '#/$defs/d29' } }, $defs } });
    expect(Object.keys((types[0]!.schema as { $defs: object }).$defs)).toHaveLength(30);
    const many = { anyOf: Array(60_000).fill({ type: 'string' }) };
    expect(schemas({ 'a.json': many }).unusable[0]!.message).toBe('expected a schema of at most 50000 parts');
    expect(schemas({ 'a.json': { $ref: '#/b', b: { $ref: '#/c' }, c: { $ref: '#/b' } } }).types).toHaveLength(
      1,
    );
    expect(schemas({ 'a.json': { $ref: '#' } }).unusable[0]!.message).toContain('only refer to each other');
  });
});

const API = `
openapi: 3.1.0
info: { title: Shop, version: '1' }
webhooks:
  order.placed:
    post:
      summary: Somebody has ordered.
      requestBody:
        content:
          application/json; charset=utf-8:
            schema: { $ref: '#/components/schemas/Order' }
            examples:
              large: { $ref: '#/components/examples/large' }
  order.refunded: { $ref: '#/components/pathItems/refunded' }
  newPet:
    x-event-type: pet.created
    post:
      deprecated: true
      requestBody:
        content:
          application/xml: {}
          application/vnd.shop+json:
            schema: { type: object, example: { name: Bello } }
  empty: { post: { responses: {} } }
  xml: { post: { requestBody: { content: { application/xml: {} } } } }
components:
  schemas:
    Order:
      description: An order.
      type: object
      properties:
        items: { type: array, items: { $ref: '#/components/schemas/Item' } }
    Item: { type: object, properties: { of: { $ref: '#/components/schemas/Order' } } }
  examples:
    large: { summary: A large one, value: { items: [] } }
  pathItems:
    refunded:
      post: { requestBody: { $ref: 'parts.yaml#/bodies/refund' } }
`;

describe('an OpenAPI document', () => {
  it('has a type for each webhook, with schema, sample and description', () => {
    const { types, unusable } = openapi(API, {
      'parts.yaml':
        'bodies:\n  refund:\n    content:\n      application/json:\n        schema: { $ref: "#/schema" }\n        example: { a: 1 }\nschema: { title: A refund }\n',
    });
    const order = { description: 'An order.', type: 'object' };
    expect(types).toMatchObject([
      {
        name: 'order.placed',
        description: 'Somebody has ordered.',
        schema: {
          ...order,
          properties: { items: { type: 'array', items: { $ref: '#/$defs/Item' } } },
          $defs: { Item: { type: 'object', properties: { of: { $ref: '#' } } } },
        },
        sample: { items: [] },
      },
      { name: 'order.refunded', description: 'A refund', schema: { title: 'A refund' }, sample: { a: 1 } },
      { name: 'pet.created', deprecated: true, sample: { name: 'Bello' } },
    ]);
    for (const { schema } of types) expect(schemaProblem(schema)).toBeUndefined();
    expect(unusable.map(({ name, message }) => [name, message])).toEqual([
      ['empty', 'expected a requestBody, such as that of post'],
      ['xml', 'expected content of application/json'],
    ]);
  });

  it.each([
    [{ openapi: '3.0.3', webhooks: { a: {} } }, 'expected OpenAPI 3.1 or newer, got 3.0.3'],
    [{ openapi: '3.1.0', paths: {} }, 'expected webhooks, got none'],
  ])('%j is refused', (document, message) => {
    expect(openapi(document).unusable).toEqual([{ from: 'api.yaml', message }]);
  });
});

const SECOND = `
asyncapi: 2.6.0
channels:
  orders:
    publish:
      message:
        oneOf:
          - $ref: '#/components/messages/placed'
          - name: order.paid
            payload: { type: object, properties: { of: { $ref: '#/components/schemas/order' } } }
  again:
    subscribe: { message: { $ref: '#/components/messages/placed' } }
  alone: { subscribe: { message: { payload: { type: string } } } }
  avro: { subscribe: { message: { name: a, schemaFormat: 'application/vnd.apache.avro;version=1.9.0', payload: {} } } }
components:
  messages:
    placed:
      x-event-type: order.placed
      summary: Placed.
      payload: { $ref: '#/components/schemas/order' }
      examples: [{ headers: {} }, { payload: { id: 1 } }]
  schemas:
    order: { type: object, properties: { id: { type: integer } } }
`;

const THIRD = `
asyncapi: 3.0.0
channels:
  orders:
    messages:
      placed: { $ref: '#/components/messages/placed' }
      paid:
        payload:
          schemaFormat: application/schema+json;version=draft-07
          schema: { type: object, examples: [{ a: 1 }] }
  others: { $ref: '#/components/channels/others' }
components:
  channels:
    others: { messages: { gone: { title: Gone, payload: { deprecated: true } } } }
  messages:
    placed: { name: order.placed, payload: { $ref: 'order.json' } }
`;

describe('an AsyncAPI document', () => {
  const order = { type: 'object', properties: { id: { type: 'integer' } } };

  it('of the second version has a type for each message of its channels', () => {
    const { types, unusable } = asyncapi(SECOND);
    expect(types).toMatchObject([
      { name: 'order.placed', description: 'Placed.', schema: order, sample: { id: 1 } },
      { name: 'order.paid', schema: { properties: { of: { $ref: '#/$defs/order' } }, $defs: { order } } },
      { name: 'alone', schema: { type: 'string' } },
    ]);
    expect(unusable).toMatchObject([
      {
        name: 'avro',
        message: 'expected a payload in JSON Schema, got application/vnd.apache.avro;version=1.9.0',
      },
    ]);
  });

  it('of the third version too', () => {
    const { types, unusable } = asyncapi(THIRD, { 'order.json': order });
    expect(unusable).toEqual([]);
    expect(types).toMatchObject([
      { name: 'order.placed', schema: order },
      { name: 'paid', schema: { type: 'object' }, sample: { a: 1 } },
      { name: 'gone', description: 'Gone', deprecated: true },
    ]);
  });

  it('without channels has those of its components', () => {
    const { types } = asyncapi({ asyncapi: '3.0.0', components: { messages: { a: { payload: {} } } } });
    expect(types).toMatchObject([{ name: 'a', schema: {} }]);
  });

  it.each([
    [{ asyncapi: '1.2.0' }, 'expected AsyncAPI 2 or 3, got 1.2.0'],
    [{ asyncapi: '3.0.0' }, 'expected messages, got none'],
  ])('%j is refused', (document, message) => {
    expect(asyncapi(document).unusable).toMatchObject([{ message }]);
  });
});
