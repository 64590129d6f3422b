import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { resolve, type Scope } from '../../local/template/intrinsics.ts';
import { type JsonObject, type Resource, readAssembly } from '../../local/template/template.ts';

/** A function of the synthesised template, as it is loaded. */
export interface Bundle {
  /** The construct's name, such as `Ingest`. */
  readonly name: string;
  readonly moduleUrl: string;
  /** Its variables as in the template, with made-up names and addresses of other resources. */
  readonly env: Readonly<Record<string, string>>;
  /** The function's own handler, relative to the project: `lambdas/functions/ingest/handler.ts`. */
  readonly entry: string;
  /** All code of the function, without source maps, in bytes. */
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** Every function of ours in an assembly, in the order of its templates. CDK's own functions are left out. */
export function bundlesOf(assemblyDir: string): Bundle[] {
  return readAssembly(assemblyDir).flatMap(({ template, assets }) =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .filter(({ Metadata }) => !String(Metadata?.['aws:cdk:path']).includes('/Custom::'))
      .map((resource) => bundleOf(resource, assets)),
  );
}

function bundleOf(resource: Resource, assets: ReadonlyMap<string, string>): Bundle {
  const { Code, Handler, Environment } = resolve(resource.Properties ?? {}, MADE_UP) as {
    Code: { S3Key: string };
    Handler: string;
    Environment?: { Variables?: Record<string, string> };
  };
  const dir = assets.get(Code.S3Key)!;
  const files = readdirSync(dir).filter((file) => file.endsWith('.mjs'));
  const code = files.map((file) => readFileSync(join(dir, file)));
  return {
    name: nameOf(resource),
    moduleUrl: pathToFileURL(join(dir, `${Handler.slice(0, Handler.lastIndexOf('.'))}.mjs`)).href,
    env: { ...Environment?.Variables },
    entry: entryOf(files.map((file) => readFileSync(join(dir, `${file}.map`), 'utf8'))),
    bytes: sum(code.map(({ length }) => length)),
    gzipBytes: sum(code.map((bytes) => gzipSync(bytes).length)),
  };
}

/** `local/api/Ingest/Function/Resource` is `Ingest`. */
export function nameOf({ Metadata }: Pick<Resource, 'Metadata'>): string {
  const path = String((Metadata as JsonObject | undefined)?.['aws:cdk:path']);
  return path.split('/').at(-3) ?? path;
}

/** The handler of a bundle, from its source maps. */
export function entryOf(sourceMaps: readonly string[]): string {
  const sources = sourceMaps.flatMap((text) => (JSON.parse(text) as { sources: string[] }).sources);
  const entry = sources
    .map((source) => /lambdas\/functions\/[^/]+\/handler\.ts$/.exec(source)?.[0])
    .find(Boolean);
  if (!entry) throw new Error('expected source maps that name a lambdas/functions/<function>/handler.ts');
  return entry;
}

/** Every client accepts a URL in place of any reference. */
const MADE_UP_URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/made-up';

const MADE_UP: Scope = {
  ref: () => MADE_UP_URL,
  getAtt: () => MADE_UP_URL,
  importValue: () => MADE_UP_URL,
  stackOutput: () => MADE_UP_URL,
  condition: () => true,
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
