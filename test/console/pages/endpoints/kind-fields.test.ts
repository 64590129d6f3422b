import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../../client/operations/kinds.ts';
import {
  changed,
  fieldsOf,
  linesOf,
  partsOf,
  valueAt,
  withValue,
} from '../../../../console/pages/endpoints/kinds/fields.ts';
import { kindLabel } from '../../../../console/pages/endpoints/kinds/labels.ts';
import { KIND_NAMES } from '../../../../lambdas/destinations/kind-names.ts';

const SHAPE: Shape = {
  type: 'object',
  required: ['webhookUrl'],
  properties: {
    webhookUrl: { type: 'string', description: 'From `Incoming Webhooks`.\nMore.', examples: ['https://a'] },
    region: { type: 'string', enum: ['us', 'eu'] },
    retries: { type: 'integer' },
    quiet: { type: 'boolean' },
    severities: { type: 'object', additionalProperties: true },
    tags: { type: 'array', items: { type: 'string' } },
    rows: { type: 'array', items: { type: 'object' } },
    pick: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    auth: {
      type: 'object',
      required: ['type'],
      properties: { type: { const: 'basic' }, password: { type: 'string' } },
    },
  },
};

describe('the settings of a kind as fields', () => {
  const fields = fieldsOf(SHAPE, ['webhookUrl', 'auth.*']);

  it('have the type that the schema asks for', () => {
    expect(fields.map(({ path, type }) => [path.join('.'), type])).toEqual([
      ['webhookUrl', 'text'],
      ['region', 'choice'],
      ['retries', 'number'],
      ['quiet', 'flag'],
      ['severities', 'members'],
      ['tags', 'texts'],
      ['rows', 'json'],
      ['pick', 'json'],
      ['auth.type', 'choice'],
      ['auth.password', 'text'],
    ]);
  });

  it('say what they are for, and whether they are credentials', () => {
    expect(fields[0]).toEqual({
      path: ['webhookUrl'],
      type: 'text',
      label: 'Webhook URL',
      hint: 'From Incoming Webhooks.',
      isRequired: true,
      isSecret: true,
      example: 'https://a',
    });
    expect(fields.at(-1)).toMatchObject({
      label: 'Authentication: password',
      isSecret: true,
      isRequired: false,
    });
  });
});

describe('an endpoint that is added', () => {
  const paths = (fields: readonly { path: readonly string[] }[]) => fields.map(({ path }) => path.join('.'));

  it('is asked for what it needs; the rest may be left for later', () => {
    const { first, further } = partsOf(fieldsOf(SHAPE, []));
    expect(paths(first)).toEqual(['webhookUrl', 'auth.type']);
    expect(first.length + further.length).toBe(fieldsOf(SHAPE, []).length);
  });

  it('is asked for all where that is little', () => {
    const few = fieldsOf(
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } },
      [],
    );
    expect(partsOf(few)).toEqual({ first: few, further: [] });
  });
});

it('texts have a line each', () => {
  expect(linesOf('data.a\n\n  data.b \n')).toEqual(['data.a', 'data.b']);
  expect(linesOf(' \n')).toBeUndefined();
});

it('a value that is taken away leaves nothing behind', () => {
  const settings = withValue(withValue({}, ['auth', 'password'], 'x'), ['region'], 'eu');
  expect(settings).toEqual({ auth: { password: 'x' }, region: 'eu' });
  expect(valueAt(settings, ['auth', 'password'])).toBe('x');
  expect(valueAt(settings, ['region', 'length'])).toBeUndefined();
  expect(withValue(settings, ['auth', 'password'], undefined)).toEqual({ region: 'eu' });
});

it.each(KIND_NAMES.map((name) => [name]))('kind %s has a name for people', (name) => {
  expect(kindLabel(name)).not.toBe(name);
});

describe('settings of several forms', () => {
  const SEVERAL: Shape = {
    type: 'object',
    properties: {
      method: { type: 'string', enum: ['POST', 'PUT'] },
      auth: {
        type: 'object',
        description: 'Who sends.',
        oneOf: [
          {
            type: 'object',
            required: ['type', 'username', 'password'],
            properties: {
              type: { const: 'basic' },
              username: { type: 'string' },
              password: { type: 'string' },
            },
          },
          {
            type: 'object',
            required: ['type', 'token'],
            properties: {
              type: { const: 'bearer' },
              token: { type: 'string' },
              a: { type: 'string' },
              b: { type: 'string' },
              c: { type: 'string' },
            },
          },
        ],
      },
    },
  };
  const fields = (values: Record<string, unknown>) =>
    fieldsOf(SEVERAL, ['auth.password', 'auth.token'], values);
  const pathsOf = (values: Record<string, unknown>) => fields(values).map(({ path }) => path.join('.'));

  it('ask which form, and then for what that one has', () => {
    expect(pathsOf({})).toEqual(['method', 'auth.type']);
    expect(pathsOf({ auth: { type: 'basic' } })).toEqual([
      'method',
      'auth.type',
      'auth.username',
      'auth.password',
    ]);
    expect(fields({})[1]).toEqual({
      path: ['auth', 'type'],
      label: 'Authentication',
      hint: 'Who sends.',
      isRequired: false,
      form: 'choice',
      type: 'choice',
      options: ['basic', 'bearer'],
    });
    expect(fields({ auth: { type: 'bearer' } })[2]).toMatchObject({
      label: 'Token',
      isSecret: true,
      isRequired: true,
    });
  });

  it('keep nothing of a form that another is chosen instead of', () => {
    const choice = fields({})[1]!;
    const before = { method: 'PUT', auth: { type: 'basic', username: 'u', password: 'p' } };
    expect(changed(before, choice, 'bearer')).toEqual({ method: 'PUT', auth: { type: 'bearer' } });
    expect(changed(before, choice, undefined)).toEqual({ method: 'PUT' });
    const password = fields(before).at(-1)!;
    expect(changed(before, password, 'q').auth).toEqual({ type: 'basic', username: 'u', password: 'q' });
  });

  it('are all shown once the form is chosen, also where further settings are not', () => {
    expect(partsOf(fields({ auth: { type: 'bearer' } })).further).toEqual([]);
  });
});
