import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore, { type RulesetDefinition } from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { expect, it } from 'vitest';
import { openApiDocument } from '../../../lambdas/api/openapi.ts';
import { ROUTES } from '../../../lambdas/api/routes.ts';

/** As it is served. */
const text = JSON.stringify(
  openApiDocument(ROUTES, { version: '1.2.3', serverUrl: 'https://api.posthorn.test' }),
);

it('spectral finds nothing in the document, by any of its rules (C7)', async () => {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset({
    extends: [[spectralRulesets.oas as RulesetDefinition, 'all']],
    rules: {
      // Chapters stand in the order in which they are needed.
      'openapi-tags-alphabetical': 'off',
      // Only whoever deploys an environment knows how its people are reached.
      'contact-properties': 'off',
    },
  });
  const found = await spectral.run(JSON.parse(text));
  expect(found.map(({ code, message, path }) => `${code}: ${message} (${path.join('/')})`)).toEqual([]);
});

it('redocly finds nothing in the document, by its strict rules (C7)', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const found = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  expect(found.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});
