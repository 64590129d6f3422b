import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { PosthornEnvironment } from '../../lib/environment.ts';
import { awsSettingsOf, type Settings } from '../../lib/settings/config.ts';
import type { PricedTemplate } from './standing.ts';

const CDK_JSON = new URL('../../cdk.json', import.meta.url);

/** The stacks of an environment as `cdk deploy` would make them, without the functions' code, which has no price. */
export function templatesOf(environment: string, changes: Partial<Settings> = {}) {
  const { context } = JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { context: Record<string, unknown> };
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
  });
  const settings = { ...awsSettingsOf(environment), ...changes };
  new PosthornEnvironment(app, environment, settings);
  const templates = app.synth().stacks.map(({ template }) => template as PricedTemplate);
  return { templates, longestRetentionHours: settings.maxLogRetentionHours };
}
