import { describe, expect, it } from 'vitest';
import { linkProblem, templateProblem } from '../../../../lambdas/destinations/presets/template.ts';

describe('a template', () => {
  it.each([
    '',
    'a',
    '{{type}}',
    'a {{ data.a.b.0 }} b {{id}}',
    '{a}',
    '{{data}}',
    '{{data.with space}}',
    '{{{data.a}}}',
  ])('%s can be filled', (template) => {
    expect(templateProblem(template)).toBeUndefined();
  });

  it.each(['{{', '}}', '{{a}}', '{{}}', '{{type.x}}', '{{data.}}', '{{data..a}}', '{{data.a}', '{{tenant}}'])(
    '%s is refused',
    (template) => {
      expect(templateProblem(template)).toMatch(/^expected /);
    },
  );
});

describe('the template of a link', () => {
  it.each(['https://a.example', 'https://a.example/{{data.a}}', 'https://a.example?q={{id}}'])(
    '%s is taken',
    (link) => {
      expect(linkProblem(link)).toBeUndefined();
    },
  );

  it.each([
    'http://a.example',
    'https://{{data.host}}/x',
    'https://a{{data.host}}/x',
    'https://a.example{{data.host}}',
    'https://me@a.example/',
    'javascript:alert(1)',
    'https://a.example/{{tenant}}',
    '/orders',
  ])('%s is refused', (link) => {
    expect(linkProblem(link)).toMatch(/^expected /);
  });
});
