import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../../client/operations/kinds.ts';
import { fieldsOf, valueAt, withValue } from '../../../../console/pages/endpoints/kinds/fields.ts';
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
    expect(fields.at(-1)).toMatchObject({ label: 'Auth: password', isSecret: true, isRequired: false });
  });
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
