import { describe, expect, it } from 'vitest';
import { functionsInLoops } from '../helpers/loops.ts';
import { type ResolvedResource, resolvedStacks } from '../helpers/resolved.ts';
import { environmentOf } from '../helpers/synthesised.ts';

const stacks = resolvedStacks(
  environmentOf('prod', {
    homeRegion: 'us-east-1',
    dispatchRegions: [{ awsRegion: 'eu-central-1', serves: ['eu'] }],
  }),
);
const resources = stacks.flatMap((stack) => stack.resources);

/** `pipeline/Fanout`, `dispatch-eu-central-1/DeadLetterWriter` */
const nameOf = ({ stack, id }: ResolvedResource): string =>
  `${stack.replace('posthorn-prod-', '')}/${id.replace(/Function[0-9A-F]{8}$/, '')}`;
const names = (functions: readonly ResolvedResource[]): string[] => functions.map(nameOf).sort();

const IN_LOOPS = [
  'pipeline/Fanout',
  ...['pipeline', 'dispatch-eu-central-1'].flatMap((stack) =>
    ['DeadLetterWriter', 'DispatchBulk', 'DispatchCritical', 'DispatchSlow', 'DispatchStandard'].map(
      (name) => `${stack}/${name}`,
    ),
  ),
  'pipeline/Replay',
].sort();

const edited = (id: string, edit: (properties: ResolvedResource['properties']) => void): ResolvedResource[] =>
  resources.map((resource) => {
    if (!resource.id.startsWith(id)) return resource;
    const properties = structuredClone(resource.properties);
    edit(properties);
    return { ...resource, properties };
  });

describe('functions whose messages lead back to them', () => {
  it('are these', () => {
    expect(names(functionsInLoops(resources))).toEqual(IN_LOOPS);
  });

  it('may go on after 16 invocations in a chain, and no others may', () => {
    const allowed = resources.filter(({ properties }) => properties.RecursiveLoop !== undefined);
    expect(names(allowed)).toEqual(names(functionsInLoops(resources)));
    for (const { properties } of allowed) expect(properties.RecursiveLoop).toBe('Allow');
  });

  it('are found by what a function may send to', () => {
    const events = resources.find(({ id }) => /^Events[0-9A-F]{8}$/.test(id))!.arn;
    const more = edited('RecordRole', ({ PolicyDocument }) =>
      PolicyDocument?.Statement.push({ Effect: 'Allow', Action: 'sqs:Send*', Resource: events }),
    );
    expect(names(functionsInLoops(more))).toEqual([...IN_LOOPS, 'pipeline/Record'].sort());
  });

  it('are found by what is behind a queue', () => {
    const record = resources.find(({ id }) => id.startsWith('RecordFunction'))!;
    const less = edited('ReplayReplays', (properties) => {
      properties.FunctionName = record.ref;
    });
    expect(names(functionsInLoops(less))).toEqual(IN_LOOPS.filter((name) => name !== 'pipeline/Replay'));
  });
});
