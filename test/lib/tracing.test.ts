import { describe, expect, it } from 'vitest';
import { checkSettings, ENVIRONMENT_NAMES, settingsOf } from '../../lib/settings/config.ts';
import { environmentOf, refOf, resourcesOf } from '../helpers/synthesised.ts';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** Functions of ours, and the actions of X-Ray that the role of each may use, on which resources. */
function tracedIn({ storage, pipeline, api }: ReturnType<typeof environmentOf>) {
  const all = [storage, pipeline, api].flatMap(resourcesOf);
  const policies = all.filter(({ type }) => type === 'AWS::IAM::Policy');
  return all
    .filter(({ type, properties }) => type === 'AWS::Lambda::Function' && properties.LoggingConfig)
    .map(({ id, properties }) => ({
      id,
      mode: properties.TracingConfig?.Mode,
      grants: policies
        .filter((policy) =>
          policy.properties.Roles.some((role: object) => refOf(role) === refOf(properties.Role)),
        )
        .flatMap((policy) => policy.properties.PolicyDocument.Statement as Statement[])
        // CDK joins statements about the same resource.
        .flatMap(({ Action, Resource }) => [Action].flat().map((action) => ({ action, Resource })))
        .filter(({ action }) => action.startsWith('xray:')),
    }));
}

describe('X-Ray', () => {
  it.each(ENVIRONMENT_NAMES)('is off in %s, where it would cost', (name) => {
    expect(settingsOf(name).tracing).toBe('off');
  });

  it('is not asked for, nor granted, where it is off', () => {
    const functions = tracedIn(environmentOf('prod'));
    expect(functions.length).toBeGreaterThan(10);
    expect(functions.filter(({ mode, grants }) => mode !== undefined || grants.length > 0)).toEqual([]);
  });

  it('records each function where it is active, and may take nothing else', () => {
    const functions = tracedIn(environmentOf('prod', { tracing: 'active' }));
    expect(functions.length).toBeGreaterThan(10);
    const grants = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'].map((action) => ({
      action,
      Resource: '*',
    }));
    for (const one of functions) expect(one).toMatchObject({ mode: 'Active', grants });
  });

  it('is off or active', () => {
    expect(() => checkSettings('dev', { ...settingsOf('dev'), tracing: 'on' })).toThrow(
      /tracing: .*"off"\|"active"/,
    );
  });
});
