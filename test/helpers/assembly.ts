import { readFileSync, writeFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import { SOURCE_KINDS } from '../../lambdas/sources/source.ts';
import type { Settings } from '../../lib/settings/config.ts';
import { sourceId } from '../../lib/settings/sources/common.ts';
import { type JsonObject, readAssembly, type Template } from '../../local/template/template.ts';
import { environmentOf } from './synthesised.ts';

/**
 * Synthesises `local` with other settings. It bundles nothing: the functions' code comes from an existing assembly with
 * functions of the same names, or of the same kind of source, and so do the console's files.
 * @param bundled the directory of that assembly
 * @returns the directory of the new assembly
 */
export function assemblyWith(changes: Partial<Settings>, bundled: string): string {
  const app = environmentOf('local', changes).node.root as App;
  const { directory, stacks } = app.synth();
  const codeOf = new Map<string, JsonObject>();
  const builtFor = new Map<string, string>();
  const files: Record<string, object> = {};
  for (const { template, assets } of readAssembly(bundled)) {
    for (const [id, { Properties }] of Object.entries(template.Resources)) {
      if (Properties?.Code) codeOf.set(id, Properties.Code as JsonObject);
      const [key] = sourceKeys(Properties);
      if (key !== undefined) builtFor.set(id, assets.get(key)!);
    }
    for (const [key, path] of assets) files[key.replace(/\.zip$/, '')] = { source: { path } };
  }
  for (const { templateFullPath, dependencies } of stacks) {
    change<Template>(templateFullPath, ({ Resources }) => {
      for (const [id, { Properties }] of Object.entries(Resources)) {
        if (Properties?.Code) Properties.Code = codeOf.get(id) ?? sameKind(codeOf, id) ?? fail(id);
        // A role may read the asset of this name.
        for (const key of sourceKeys(Properties))
          files[key.replace(/\.zip$/, '')] = { source: { path: builtFor.get(id) ?? fail(id) } };
      }
    });
    for (const { manifest } of dependencies) {
      const { file } = (manifest.properties ?? {}) as { file?: string };
      if (file)
        change<{ files: object }>(`${directory}/${file}`, (assets) => Object.assign(assets.files, files));
    }
  }
  return directory;
}

/** Functions of a kind of source differ in their variables alone. */
function sameKind(codeOf: ReadonlyMap<string, JsonObject>, id: string): JsonObject | undefined {
  const kind = SOURCE_KINDS.map((each) => sourceId(each, 'x').slice(0, -1)).find((each) =>
    id.startsWith(each),
  );
  return kind === undefined ? undefined : [...codeOf].find(([other]) => other.startsWith(kind))?.[1];
}

/** The assets that a bucket is filled with. */
const sourceKeys = (properties: JsonObject | undefined): readonly string[] =>
  (properties?.SourceObjectKeys ?? []) as string[];

function change<T>(file: string, edit: (content: T) => void): void {
  const content = JSON.parse(readFileSync(file, 'utf8')) as T;
  edit(content);
  writeFileSync(file, JSON.stringify(content));
}

function fail(id: string): never {
  throw new Error(`expected ${id} among what is bundled`);
}
