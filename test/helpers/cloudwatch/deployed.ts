import { resolve, type Scope } from '../../../local/template/intrinsics.ts';
import { readAssembly } from '../../../local/template/template.ts';
import type { WatchedResource } from './watch.ts';

/**
 * Alarms, dashboards and metric filters of a synthesised assembly. Names of what they refer to are made up; those of our own
 * metrics refer to nothing.
 * @param assemblyDir the directory of manifest.json
 */
export function deployedIn(assemblyDir: string): readonly WatchedResource[] {
  const arn = (id: string): string => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${id}`;
  const scope: Scope = {
    ref: (id) => (id === 'AWS::Region' ? 'us-east-1' : id),
    getAtt: (id, attribute) => (attribute === 'Value' ? namesIn(id) : arn(id)),
    importValue: (name) => `arn:aws:made:up:${name}`,
    stackOutput: (_, output) => `arn:aws:made:up:${output}`,
    condition: () => true,
  };
  return readAssembly(assemblyDir)
    .filter(({ path }) => path.includes('/monitoring'))
    .flatMap(({ template }) => Object.entries(template.Resources))
    .map(([id, { Type: type, Properties = {} }]) => ({
      id,
      type,
      arn: arn(id),
      properties: resolve(Properties, scope),
    }));
}

/** More than any stack has: see lib/monitoring/names.ts. */
const MANY = 100;

const namesIn = (id: string): string =>
  Array.from({ length: MANY }, (_, i) => `arn:aws:made:up:${id}:${i}`).join('|');
